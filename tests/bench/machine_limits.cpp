#include "tests/bench/machine_limits.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace quantgate {

#if defined(__x86_64__)
namespace {

// Enough independent sums that none waits for its predecessor.
constexpr int kSums = 12;
constexpr int kRepeats = 64;  // a round

// Sets `vector` to what the compiler cannot know: it neither drops nor joins what is made of it.
#define QG_UNKNOWN(vector) asm volatile("" : "+v"(vector))

// Adds to each sum, round after round, with Add(sum, a, b). That is a function for one instruction
// set, and so must be the caller, into which all of this is inlined.
template <auto Add, class Vector>
[[gnu::always_inline]] inline void SumProducts(int64_t rounds, const Vector& first,
                                               const Vector& second) {
  Vector sums[kSums] = {};
  Vector a = first;
  const Vector b = second;
  for (int64_t round = 0; round < rounds * kRepeats; ++round) {
#pragma GCC unroll 12
    for (int i = 0; i < kSums; ++i) Add(sums[i], a, b);
  }
  Vector used[kSums];
#pragma GCC unroll 12
  for (int i = 0; i < kSums; ++i) used[i] = sums[i];
  asm volatile("" : : "r"(used) : "memory");
}

constexpr int64_t Products(int64_t rounds, int lanes) { return rounds * kRepeats * kSums * lanes; }

#define QG_VNNI __attribute__((target("avx512f,avx512bw,avx512vnni")))
#define QG_AVX2 __attribute__((target("avx2")))
#define QG_AVX512 __attribute__((target("avx512f")))

QG_VNNI void AddBytes(__m512i& sum, __m512i& a, const __m512i& b) {
  QG_UNKNOWN(a);
  sum = _mm512_dpbusd_epi32(sum, a, b);
}
QG_VNNI int64_t RunBytes(int64_t rounds) {
  SumProducts<AddBytes>(rounds, _mm512_set1_epi8(3), _mm512_set1_epi8(5));
  return Products(rounds, 64);
}

QG_AVX2 void AddWords(__m256i& sum, __m256i& a, const __m256i& b) {
  QG_UNKNOWN(a);
  sum = _mm256_add_epi32(sum, _mm256_madd_epi16(a, b));
}
QG_AVX2 int64_t RunWords(int64_t rounds) {
  SumProducts<AddWords>(rounds, _mm256_set1_epi16(3), _mm256_set1_epi16(5));
  return Products(rounds, 16);
}

QG_AVX512 void AddFloats(__m512& sum, __m512& a, const __m512& b) {
  QG_UNKNOWN(a);
  sum = _mm512_fmadd_ps(a, b, sum);
}
QG_AVX512 int64_t RunFloats(int64_t rounds) {
  SumProducts<AddFloats>(rounds, _mm512_set1_ps(0.5F), _mm512_set1_ps(0.25F));
  return Products(rounds, 16);
}

constexpr MachineLimit kLimits[] = {
    {"AVX3_DL", false, [] { return __builtin_cpu_supports("avx512vnni") != 0; }, RunBytes},
    {"AVX2", false, [] { return __builtin_cpu_supports("avx2") != 0; }, RunWords},
    {"AVX3_DL", true, [] { return __builtin_cpu_supports("avx512f") != 0; }, RunFloats},
};

}  // namespace

std::span<const MachineLimit> AllMachineLimits() { return kLimits; }
#else
std::span<const MachineLimit> AllMachineLimits() { return {}; }
#endif

}  // namespace quantgate
