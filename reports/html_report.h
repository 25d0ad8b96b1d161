// The run report as the interactive viewer of reports/web: one HTML file that opens from disk and
// asks nothing of the network.
#pragma once

#include <string>
#include <string_view>

#include "harness/results/run_report.h"

namespace quantgate {

// The viewer with the report in it, its histograms coarser where there are very many
// (page_summary.h); RenderHtmlPlain's page in a program built without the viewer.
std::string RenderHtml(const RunReport& report);

// The viewer's page as built from reports/web, with placeholders for title and data; empty in a
// program built without it.
std::string_view HtmlTemplate();

// `html_template` with the report in its placeholders. A template that lacks one of them, the empty
// one included, gives RenderHtmlPlain's page.
std::string FillHtmlTemplate(std::string_view html_template, const RunReport& report);

}  // namespace quantgate
