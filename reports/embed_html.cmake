# cmake -DINPUT=template.html -DOUTPUT=html_template.cpp -P embed_html.cmake
# Writes the C++ file that defines quantgate::HtmlTemplate() as the bytes of INPUT; an empty INPUT
# gives an empty template. Bytes, not a string literal: some compilers limit those to 64 kB.
set(bytes "")
if(INPUT)
  file(READ "${INPUT}" bytes HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
endif()
# The last zero keeps the array from being empty.
file(WRITE "${OUTPUT}.tmp" "#include \"reports/html_report.h\"

namespace quantgate {
namespace {

constexpr unsigned char kTemplate[] = {
${bytes}
0};

}  // namespace

std::string_view HtmlTemplate() {
  return {reinterpret_cast<const char*>(kTemplate), sizeof(kTemplate) - 1};
}

}  // namespace quantgate
")
file(RENAME "${OUTPUT}.tmp" "${OUTPUT}")
