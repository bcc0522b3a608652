#include "gateway/app/restore.hpp"

#include "gateway/app/check.hpp"
#include "gateway/model/json_writer.hpp"
#include "gateway/store/doctor.hpp"

namespace gatehouse::app {
namespace {

std::string as_json(const cli::RestoreOrder& order, const std::string& directory)
{
    std::string line;
    model::JsonWriter json(line);
    json.begin_object().member("file", order.file).member("good", true);
    json.member("restored", !order.verify_only).member_if("directory", directory).end_object();
    return line;
}

} // namespace

int restore(const std::string& config_file, const cli::RestoreOrder& order, std::ostream& out,
            std::ostream& err)
{
    std::string directory; // none is needed to look at a file
    if (!order.verify_only) {
        config::Issues issues;
        directory = load_config(config_file, issues).data_dir;
        if (config::has_errors(issues)) {
            err << "gatehouse: " << config_file << " has errors; run: gatehouse check --config "
                << config_file << "\n";
            return 78;
        }
    }
    const auto done =
        store::restore(order.file, directory, order.verify_only, order.operator_name + " (command line)");
    if (!done) {
        err << "gatehouse: " << order.file << ": " << done.error().message() << "\n";
        return 1;
    }
    if (order.json)
        out << as_json(order, directory) << "\n";
    else
        out << order.file
            << (order.verify_only ? " is a good backup\n"
                                  : " is in place; the former database lies beside it as .before-restore\n");
    return 0;
}

} // namespace gatehouse::app
