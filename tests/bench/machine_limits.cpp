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

// The compiler must neither drop nor join the products.
#define QG_KEEP(vector) asm volatile("" : "+v"(vector))

__attribute__((target("avx512f,avx512bw,avx512vnni"))) int64_t RunVnni(int64_t rounds) {
  __m512i sums[kSums];
#pragma GCC unroll 12
  for (int i = 0; i < kSums; ++i) sums[i] = _mm512_setzero_si512();
  __m512i a = _mm512_set1_epi8(3);
  __m512i b = _mm512_set1_epi8(5);
  for (int64_t round = 0; round < rounds * kRepeats; ++round) {
    QG_KEEP(a);
    QG_KEEP(b);
#pragma GCC unroll 12
    for (int i = 0; i < kSums; ++i) sums[i] = _mm512_dpbusd_epi32(sums[i], a, b);
  }
#pragma GCC unroll 12
  for (int i = 0; i < kSums; ++i) {
    __m512i sum = sums[i];
    QG_KEEP(sum);
  }
  return rounds * kRepeats * kSums * 64;
}

__attribute__((target("avx2"))) int64_t RunWords(int64_t rounds) {
  __m256i sums[kSums];
#pragma GCC unroll 12
  for (int i = 0; i < kSums; ++i) sums[i] = _mm256_setzero_si256();
  __m256i a = _mm256_set1_epi16(3);
  __m256i b = _mm256_set1_epi16(5);
  for (int64_t round = 0; round < rounds * kRepeats; ++round) {
    QG_KEEP(a);
    QG_KEEP(b);
#pragma GCC unroll 12
    for (int i = 0; i < kSums; ++i) {
      QG_KEEP(a);  // each sum has a product of its own
      sums[i] = _mm256_add_epi32(sums[i], _mm256_madd_epi16(a, b));
    }
  }
#pragma GCC unroll 12
  for (int i = 0; i < kSums; ++i) {
    __m256i sum = sums[i];
    QG_KEEP(sum);
  }
  return rounds * kRepeats * kSums * 16;
}

__attribute__((target("avx512f"))) int64_t RunFloats(int64_t rounds) {
  __m512 sums[kSums];
#pragma GCC unroll 12
  for (int i = 0; i < kSums; ++i) sums[i] = _mm512_setzero_ps();
  __m512 a = _mm512_set1_ps(0.5F);
  __m512 b = _mm512_set1_ps(0.25F);
  for (int64_t round = 0; round < rounds * kRepeats; ++round) {
    QG_KEEP(a);
    QG_KEEP(b);
#pragma GCC unroll 12
    for (int i = 0; i < kSums; ++i) sums[i] = _mm512_fmadd_ps(a, b, sums[i]);
  }
#pragma GCC unroll 12
  for (int i = 0; i < kSums; ++i) {
    __m512 sum = sums[i];
    QG_KEEP(sum);
  }
  return rounds * kRepeats * kSums * 16;
}

constexpr MachineLimit kLimits[] = {
    {"AVX3_DL", false, [] { return __builtin_cpu_supports("avx512vnni") != 0; }, RunVnni},
    {"AVX2", false, [] { return __builtin_cpu_supports("avx2") != 0; }, RunWords},
    {"AVX3_DL", true, [] { return __builtin_cpu_supports("avx512f") != 0; }, RunFloats},
};

}  // namespace

std::span<const MachineLimit> AllMachineLimits() { return kLimits; }
#else
std::span<const MachineLimit> AllMachineLimits() { return {}; }
#endif

}  // namespace quantgate
