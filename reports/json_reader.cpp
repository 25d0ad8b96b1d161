// The reading half of json_report.h.
#include <cmath>
#include <concepts>
#include <limits>
#include <utility>

#include "reports/base64.h"
#include "reports/json_names.h"
#include "reports/json_report.h"
#include "reports/json_text.h"
#include "reports/report_fields.h"

namespace quantgate {
namespace {

using nlohmann::ordered_json;

// A dense matrix is made of a sparse one, so its side is bounded before memory is asked for.
constexpr int kMaxClasses = 4096;
constexpr int kMaxPictureSide = 1 << 14;

// Walks the fields of a document. The first thing wrong is kept, with its path; after it nothing
// more is read.
class Reader {
 public:
  template <class T>
  using Ref = T;

  explicit Reader(const ordered_json& document) : node_(&document) {}

  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

  template <class T>
  void operator()(const char* key, T& value) {
    Enter(key, [&] { Read(value); });
  }
  template <class T>
  void Added(const char* key, T& value) {
    if (!error_ && node_->contains(key)) (*this)(key, value);
  }
  void Document(const char* key, std::string& text) {
    Enter(key, [&] { text = node_->is_string() ? node_->get<std::string>() : PrettyJson(*node_); });
  }
  void Bytes(const char* key, std::vector<uint8_t>& bytes) {
    Enter(key, [&] {
      auto decoded =
          node_->is_string() ? DecodeBase64(node_->get_ref<const std::string&>()) : std::nullopt;
      if (!decoded) return Fail("is not base64 text");
      bytes = std::move(*decoded);
    });
  }
  template <class T>
  void ReadFields(T& fields) {
    if (!node_->is_object()) return Fail("is not an object");
    VisitFields(*this, fields);
  }
  void Fail(const std::string& what) {
    if (error_) return;
    error_ = Error{.code = ErrorCode::kInput,
                   .message = "not a report of schema version " +
                              std::to_string(RunReport::kSchemaVersion) + ": '" +
                              (path_.empty() ? "the document" : path_) + "' " + what,
                   .hint = "configs/schema/report.schema.json describes the format"};
  }

 private:
  // Runs `read` with the member `key` as the current node.
  template <class F>
  void Enter(const char* key, F read) {
    if (error_) return;
    const auto member = node_->find(key);
    const std::string name = (path_.empty() ? "" : ".") + std::string(key);
    if (member == node_->end()) return Fail("has no member '" + std::string(key) + "'");
    Descend(*member, name, read);
  }
  template <class F>
  void Descend(const ordered_json& child, const std::string& name, F read) {
    const ordered_json* parent = std::exchange(node_, &child);
    const size_t length = path_.size();
    path_ += name;
    read();
    path_.resize(length);
    node_ = parent;
  }

  void Read(std::string& value) {
    if (!node_->is_string()) return Fail("is not text");
    value = node_->get<std::string>();
  }
  void Read(double& value) {
    if (!node_->is_number() && !node_->is_null()) return Fail("is neither a number nor null");
    value = node_->is_null() ? std::numeric_limits<double>::quiet_NaN() : node_->get<double>();
  }
  void Read(bool& value) {
    if (!node_->is_boolean()) return Fail("is neither true nor false");
    value = node_->get<bool>();
  }
  template <std::integral T>
  void Read(T& value) {
    const bool fits = node_->is_number_integer() && InRange<T>(*node_);
    if (!fits) return Fail("is not an integer in range");
    value = node_->get<T>();
  }
  template <NamedEnum T>
  void Read(T& value) {
    const auto found = node_->is_string() ? JsonNames<T>::Find(node_->get_ref<const std::string&>())
                                          : std::nullopt;
    if (!found)
      return Fail("is " + CompactJson(*node_).substr(0, 40) + ", which is not known here");
    value = *found;
  }
  template <class T>
  void Read(std::optional<T>& value) {
    value.reset();
    if (!node_->is_null()) Read(value.emplace());
  }
  template <class T>
  void Read(std::vector<T>& values) {
    if (!node_->is_array()) return Fail("is not an array");
    values.clear();
    for (size_t i = 0; i < node_->size() && !error_; ++i) {
      Descend((*node_)[i], "[" + std::to_string(i) + "]", [&] { Read(values.emplace_back()); });
    }
  }
  void Read(Confusion& confusion);
  void Read(SamplePicture& picture) {
    ReadFields(picture);
    const auto side = [](int extent) { return extent >= 0 && extent <= kMaxPictureSide; };
    if (error_) return;
    if (!side(picture.height) || !side(picture.width) || !side(picture.channels) ||
        picture.pixels.size() != static_cast<size_t>(picture.height) *
                                     static_cast<size_t>(picture.width) *
                                     static_cast<size_t>(picture.channels)) {
      Fail("has pixels that do not fill height x width x channels");
    }
  }
  template <class T>
  void Read(T& fields) {
    ReadFields(fields);
  }

  template <class T>
  static bool InRange(const ordered_json& number) {
    if (number.is_number_unsigned()) return std::in_range<T>(number.get<uint64_t>());
    return std::in_range<T>(number.get<int64_t>());
  }

  const ordered_json* node_;
  std::string path_;
  std::optional<Error> error_;
};

void Reader::Read(Confusion& confusion) {
  if (!node_->is_object()) return Fail("is not an object");
  std::vector<std::vector<int64_t>> cells;
  (*this)("classes", confusion.classes);
  (*this)("cells", cells);
  if (error_) return;
  const int classes = confusion.classes;
  if (classes < 0 || classes > kMaxClasses) {
    return Fail("has " + std::to_string(classes) + " classes; 0 to " + std::to_string(kMaxClasses) +
                " can be read");
  }
  confusion.counts.assign(static_cast<size_t>(classes) * static_cast<size_t>(classes), 0);
  for (const auto& cell : cells) {
    const bool valid =
        cell.size() == 3 && cell[0] >= 0 && cell[0] < classes && cell[1] >= 0 && cell[1] < classes;
    if (!valid) return Fail("has a cell that is not [label, prediction, count]");
    confusion.counts[static_cast<size_t>(cell[0] * classes + cell[1])] = cell[2];
  }
}

Status CheckSchemaVersion(const ordered_json& document) {
  const bool known = document.is_object() && document.contains("schema_version") &&
                     document["schema_version"] == RunReport::kSchemaVersion;
  if (known) return OkStatus();
  const std::string seen = document.is_object() && document.contains("schema_version")
                               ? CompactJson(document["schema_version"]).substr(0, 40)
                               : "missing";
  return Error{.code = ErrorCode::kInput,
               .message = "schema_version is " + seen + ", this program reads " +
                          std::to_string(RunReport::kSchemaVersion),
               .hint = "run the evaluation again to get a report of this version"};
}

}  // namespace

Result<RunReport> ParseJsonReport(std::string_view text) {
  QG_ASSIGN_OR_RETURN(const ordered_json document, ParseJsonText(text));
  QG_RETURN_IF_ERROR(CheckSchemaVersion(document));
  Reader reader(document);
  RunReport report;
  reader.ReadFields(report);
  if (!reader.error() && document.contains("environment")) {
    reader("environment", report.environment);
  }
  if (reader.error()) return *reader.error();
  return report;
}

}  // namespace quantgate
