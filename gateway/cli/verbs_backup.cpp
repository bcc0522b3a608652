#include "gateway/cli/verbs.hpp"
#include "gateway/store/directory_lock.hpp"
#include "gateway/store/fresh_file.hpp"

#include <boost/json/object.hpp>

#include <filesystem>

namespace gatehouse::cli {
namespace {

// The gateway copies its database before the first byte comes.
constexpr auto copy_patience = std::chrono::minutes(10);

int unwritable(const Console& console, const std::string& path, const std::string& why)
{
    console.err << "gatehouse: cannot write " << path << ": " << why << "\n";
    return 1;
}

} // namespace

// The file is written here and not by the daemon, whose unit shuts it off from every folder but its own.
int backup(const Console& console, const std::string& file)
{
    std::error_code unresolved; // then opening it says what is wrong
    const auto target = std::filesystem::weakly_canonical(std::filesystem::absolute(file), unresolved);
    const auto path = target.string();
    if (store::DirectoryLock::held(target.parent_path()))
        return unwritable(console, path, "a gateway works in this folder; choose another");
    store::FreshFile fresh(target);
    if (const auto failed = fresh.open()) return unwritable(console, path, failed.message());
    // A daemon that is stuck shows at once.
    if (const auto alive = console.client().get("/healthz"); !alive)
        return console.unreachable(alive.error()), 1;
    std::size_t bytes = 0;
    const auto take = [&](std::string_view piece) {
        bytes += piece.size();
        return fresh.write(piece);
    };
    const auto reply =
        console.client().download({.target = "/api/v1/backup", .patience = copy_patience}, take);
    if (fresh.failure()) return unwritable(console, path, fresh.failure().message());
    if (!reply) return console.unreachable(reply.error()), 1;
    if (!reply->ok()) return console.refused(*reply), 1;
    if (const auto failed = fresh.keep()) return unwritable(console, path, failed.message());
    if (console.json)
        console.print(boost::json::object{{"file", path}, {"bytes", bytes}});
    else
        console.out << "backup written to " << path << "\n";
    return 0;
}

} // namespace gatehouse::cli
