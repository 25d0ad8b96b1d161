// "Did you mean": the name a person probably meant.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace quantgate {

// The entry of `names` closest to `word` by edit distance (insert, delete, replace, swap of
// neighbours), empty when none is close: more than a third of the word would have to change.
std::string ClosestName(std::string_view word, std::span<const std::string_view> names);

// "did you mean 'psnr'?", or "known: a, b, c" when nothing is close.
std::string SuggestName(std::string_view word, std::span<const std::string_view> names);

// The same over the rows of a table whose rows have a `name`.
template <class Def>
std::string SuggestFrom(std::string_view word, std::span<const Def> table) {
  std::string_view names[256];
  size_t count = 0;
  for (const Def& def : table) {
    if (count < 256) names[count++] = def.name;
  }
  return SuggestName(word, std::span<const std::string_view>(names, count));
}

}  // namespace quantgate
