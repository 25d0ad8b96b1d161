#include "datasets/npz.h"

#include <zip.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "datasets/gzip.h"
#include "reference/core/suggest.h"

namespace quantgate {
namespace {

constexpr std::string_view kArchiveEnd = ".npz";
constexpr std::string_view kArrayEnd = ".npy";

struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using Archive = std::unique_ptr<zip_t, Discard>;
using ArchiveFile = std::unique_ptr<zip_file_t, Discard>;

Error BadArchive(const std::string& file, std::string message, std::string hint = "") {
  return Error{.code = ErrorCode::kInput,
               .message = std::move(message),
               .file = file,
               .hint = std::move(hint)};
}

Result<Archive> Open(const std::string& path) {
  std::error_code unknown;
  if (!std::filesystem::exists(path, unknown)) return BadArchive(path, "no such file");
  int code = 0;
  Archive archive(zip_open(path.c_str(), ZIP_RDONLY, &code));
  if (archive != nullptr) return archive;
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  const std::string message = zip_error_strerror(&error);
  zip_error_fini(&error);
  return BadArchive(path, "not an .npz archive: " + message);
}

std::string WithoutEnd(std::string name) {
  if (name.ends_with(kArrayEnd)) name.resize(name.size() - kArrayEnd.size());
  return name;
}

std::vector<std::string> NamesIn(zip_t& archive) {
  std::vector<std::string> names;
  const zip_int64_t entries = zip_get_num_entries(&archive, 0);
  for (zip_int64_t i = 0; i < entries; ++i) {
    const char* const name = zip_get_name(&archive, static_cast<zip_uint64_t>(i), 0);
    names.push_back(name == nullptr ? "" : WithoutEnd(name));
  }
  return names;
}

Result<size_t> IndexOf(const std::vector<std::string>& names, const NpzPath& path) {
  if (path.array.empty()) {
    if (names.size() == 1) return 0;
    return BadArchive(path.archive,
                      "holds " + std::to_string(names.size()) + " arrays, one is needed",
                      names.empty() ? "" : "name it: " + path.archive + "/" + names.front());
  }
  const auto found = std::find(names.begin(), names.end(), path.array);
  if (found != names.end()) return static_cast<size_t>(found - names.begin());
  return BadArchive(
      path.archive, "holds no array '" + path.array + "'",
      SuggestName(path.array, std::vector<std::string_view>(names.begin(), names.end())));
}

// To the end of the file, where its checksum is compared, but no further than its stated size,
// which may be a lie.
Result<std::vector<std::byte>> ReadAll(zip_file_t& file, size_t stated,
                                       const std::string& archive) {
  constexpr size_t kBlock = size_t{1} << 22;
  std::vector<std::byte> bytes;
  while (bytes.size() <= stated) {
    const size_t have = bytes.size();
    bytes.resize(have + kBlock);
    const zip_int64_t read = zip_fread(&file, bytes.data() + have, kBlock);
    if (read < 0) {
      return BadArchive(archive, std::string("is damaged: ") + zip_file_strerror(&file));
    }
    bytes.resize(have + static_cast<size_t>(read));
    if (read == 0) break;
  }
  if (bytes.size() == stated) return bytes;
  return BadArchive(archive, "is damaged: an array is not as long as the archive says");
}

}  // namespace

std::optional<NpzPath> SplitNpzPath(const std::string& path) {
  if (path.ends_with(kArchiveEnd)) return NpzPath{path, ""};
  const size_t end = path.rfind(std::string(kArchiveEnd) + "/");
  if (end == std::string::npos) return std::nullopt;
  const size_t archive = end + kArchiveEnd.size();
  return NpzPath{path.substr(0, archive), WithoutEnd(path.substr(archive + 1))};
}

Result<std::vector<std::string>> ListNpzArrays(const std::string& archive) {
  QG_ASSIGN_OR_RETURN(const Archive opened, Open(archive));
  return NamesIn(*opened);
}

Result<std::vector<std::byte>> ReadNpzArray(const NpzPath& path) {
  QG_ASSIGN_OR_RETURN(const Archive archive, Open(path.archive));
  QG_ASSIGN_OR_RETURN(const size_t index, IndexOf(NamesIn(*archive), path));
  zip_stat_t stat;
  if (zip_stat_index(archive.get(), index, 0, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0) {
    return BadArchive(path.archive, "does not say how large its arrays are");
  }
  if (stat.size > kMaxUnpackedBytes) {
    return BadArchive(path.archive, "holds an array of more than 4 GiB");
  }
  const ArchiveFile file(zip_fopen_index(archive.get(), index, 0));
  if (file == nullptr) {
    return BadArchive(path.archive, std::string("cannot be read: ") + zip_strerror(archive.get()));
  }
  return ReadAll(*file, stat.size, path.archive);
}

}  // namespace quantgate
