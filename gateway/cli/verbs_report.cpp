#include "gateway/cli/report_page.hpp"
#include "gateway/cli/verbs.hpp"
#include "gateway/store/fresh_file.hpp"

namespace gatehouse::cli {

int report(const Console& console, const std::string& month, const std::string& page)
{
    const auto figures = console.fetch("/api/v1/report" + (month.empty() ? "" : "?month=" + encoded(month)));
    if (!figures) return 1;
    if (!page.empty()) {
        store::FreshFile file(page);
        file.open();
        file.write(report_page(*figures));
        if (const auto why = file.keep(); why) {
            console.err << "gatehouse: cannot write " << page << ": " << why.message() << "\n";
            return 1;
        }
    }
    if (console.json) {
        console.print(*figures);
    } else if (page.empty()) {
        for (const auto& sheet : sheets_of(*figures)) {
            console.out << sheet.title << "\n";
            TextTable table(sheet.header);
            for (const auto& row : sheet.rows)
                table.add(row);
            table.print(console.out);
            console.out << "\n";
        }
    }
    return 0;
}

} // namespace gatehouse::cli
