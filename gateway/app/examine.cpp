#include "gateway/app/examine.hpp"

#include "gateway/api/own_certificate.hpp"
#include "gateway/app/certificate_check.hpp"
#include "gateway/app/check.hpp"
#include "gateway/health/clock_watch.hpp"
#include "gateway/store/doctor.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <filesystem>

namespace gatehouse::app {
namespace {

using Findings = std::vector<cli::Finding>;
namespace asio = boost::asio;

void add_configuration(Findings& findings, const std::string& file, const config::Issues& issues)
{
    for (const auto& issue : issues)
        if (!issue.warning)
            findings.push_back(
                {"configuration", false, config::to_string(issue), "correct it, then run: gatehouse check"});
    if (!config::has_errors(issues)) findings.push_back({"configuration", true, file + " is good", ""});
}

void add_clock(Findings& findings)
{
    const bool synced = health::kernel_clock_synced();
    findings.push_back({"clock", synced, synced ? "kept by a time service" : "no time service keeps it",
                        "enable systemd-timesyncd or chrony and name a reachable time server"});
}

void add_disk(Findings& findings, const config::SiteConfig& site)
{
    std::error_code failed;
    const auto space = std::filesystem::space(site.data_dir, failed);
    if (failed) {
        findings.push_back({"disk", false, site.data_dir + ": " + failed.message(),
                            "create the directory and give it to the user gatehouse"});
        return;
    }
    const auto reserve = static_cast<std::uintmax_t>(site.retention.disk_reserve_bytes);
    findings.push_back({"disk", space.available > 2 * reserve,
                        std::to_string(space.available / (1024 * 1024)) + " MiB free at " + site.data_dir,
                        "free space, or shorten retention.pictures_days"});
}

void add_certificates(Findings& findings, const config::SiteConfig& site)
{
    std::vector<TlsFiles> all{{"api.tls", "", site.api_tls.certificate, site.api_tls.key}};
    const auto own = api::own_certificate_files(site.data_dir);
    if (site.api_tls.self_signed && std::filesystem::exists(own.certificate)) // else the next start makes it
        all.push_back({"api.tls", "", own.certificate, own.key});
    for (auto [name, table] : site.upstream_tables)
        all.push_back({"upstream " + name, table.text("ca"), table.text("certificate"), table.text("key")});
    for (auto [name, table] : site.notify_tables)
        all.push_back({"staff channel " + name, table.text("ca"), "", ""});
    for (const auto& files : all)
        for (auto& finding : check_certificates(files, base::SystemClock().wall()))
            findings.push_back(std::move(finding));
}

// A port can be tried only while nobody of ours holds it.
void add_port(Findings& findings, const std::string& key, const config::ListenConfig& listen)
{
    asio::io_context io;
    boost::system::error_code failed;
    const auto address =
        asio::ip::make_address(listen.address == "localhost" ? "127.0.0.1" : listen.address, failed);
    asio::ip::tcp::acceptor acceptor(io);
    const asio::ip::tcp::endpoint endpoint(address, listen.port);
    if (!failed) acceptor.open(endpoint.protocol(), failed);
    if (!failed) acceptor.set_option(asio::socket_base::reuse_address(true), failed);
    if (!failed) acceptor.bind(endpoint, failed);
    const auto place = listen.address + ":" + std::to_string(listen.port);
    findings.push_back({key, !failed, failed ? place + ": " + failed.message() : place + " can be used",
                        "choose an address of this box and a port that nobody holds"});
}

void add_store(Findings& findings, const std::string& directory)
{
    for (const auto& found : store::inspect(directory))
        findings.push_back({"store", found.ok, found.what, found.remedy});
}

} // namespace

std::vector<cli::Finding> examine(const std::string& config_file, bool daemon_runs)
{
    Findings findings;
    config::Issues issues;
    const auto site = load_config(config_file, issues);
    add_configuration(findings, config_file, issues);
    add_clock(findings);
    if (config::has_errors(issues)) return findings;
    add_disk(findings, site);
    add_certificates(findings, site);
    if (!daemon_runs) {
        add_port(findings, "api.listen", site.api);
        add_port(findings, "listener.listen", site.listener);
    }
    add_store(findings, site.data_dir);
    return findings;
}

} // namespace gatehouse::app
