#include "gateway/base/read_file.hpp"
#include "gateway/cli/verbs.hpp"

#include <boost/json/array.hpp>

namespace gatehouse::cli {

int consent_import(const Console& console, const ListOptions& options, const std::string& file)
{
    auto text = base::read_file(file);
    if (!text) return console.cannot_read(file, text.error()), 1;
    auto target = "/api/v1/consents/import?operator=" + encoded(options.operator_name);
    if (options.dry_run) target += "&dry_run=1";
    const auto reply = console.client().post(
        {.target = target, .body = std::move(*text), .type = "text/csv", .patience = long_patience});
    if (!reply) return console.unreachable(reply.error()), 1;
    const auto result = reply->json();
    if (console.json) console.print(result);
    for (const auto& line : items_of(result, "errors"))
        console.err << file << ":" << text_of(line, "line") << ": " << text_of(line, "text") << "\n";
    if (!reply->ok()) return console.refused(*reply), 1;
    if (console.json) return 0;
    console.out << text_of(result, "added") << " consents added, " << text_of(result, "changed") << " changed"
                << (options.dry_run ? " if this were no trial\n" : "\n");
    return 0;
}

int consent_show(const Console& console, const std::string& person)
{
    const auto reply =
        console.fetch("/api/v1/consents" + (person.empty() ? std::string() : "?person=" + encoded(person)));
    if (!reply) return 1;
    TextTable table({"PERSON", "PURPOSE", "TEXT", "GIVEN", "METHOD", "GUARDIAN", "WITHDRAWN"});
    for (const auto& consent : items_of(*reply, "consents")) {
        if (console.json)
            console.print(consent);
        else
            table.add({text_of(consent, "person"), text_of(consent, "purpose"),
                       text_of(consent, "text_version"), text_of(consent, "given_at"),
                       text_of(consent, "method"), text_of(consent, "guardian"),
                       text_of(consent, "withdrawn_at")});
    }
    if (!console.json) table.print(console.out);
    return 0;
}

int consent_withdraw(const Console& console, const std::string& operator_name, const std::string& person,
                     const std::string& purpose)
{
    const auto reply =
        console.send({.target = "/api/v1/consents/withdraw?person=" + encoded(person) +
                                "&purpose=" + encoded(purpose) + "&operator=" + encoded(operator_name)});
    if (!reply) return 1;
    if (console.json) return console.print(*reply), 0;
    console.out
        << "withdrawn; the face leaves every terminal that can be reached, the others when they come back\n";
    return 0;
}

namespace {

// Says what keeps terminals from taking the picture. Where nobody can judge it, they do.
bool is_unfit(const Console& console, const Portrait& portrait, const std::string& picture)
{
    const auto reply = console.client().post({.target = "/api/v1/lists/enrol/check",
                                              .body = picture,
                                              .type = "image/jpeg",
                                              .patience = long_patience});
    if (!reply || !reply->ok()) return false;
    const auto verdict = reply->json();
    if (text_of(verdict, "ok") != "false") return false;
    if (console.json) console.print(verdict);
    for (const auto& text : items_of(verdict, "texts"))
        console.err << portrait.file << ": " << text_of(text, "en") << " " << text_of(text, "zh") << "\n";
    console.err << "nothing was sent; --anyway leaves it to the terminals\n";
    return true;
}

} // namespace

int face_enrol(const Console& console, const std::string& operator_name, const Portrait& portrait)
{
    auto picture = base::read_file(portrait.file);
    if (!picture) return console.cannot_read(portrait.file, picture.error()), 1;
    if (!portrait.anyway && is_unfit(console, portrait, *picture)) return 1;
    const auto target =
        "/api/v1/lists/enrol?person=" + encoded(portrait.person) + "&operator=" + encoded(operator_name);
    const auto reply = console.send(
        {.target = target, .body = std::move(*picture), .type = "image/jpeg", .patience = long_patience});
    if (!reply) return 1;
    bool all = true;
    for (const auto& terminal : items_of(*reply, "terminals")) {
        const bool done = text_of(terminal, "done") == "true";
        all = all && done;
        if (console.json)
            console.print(terminal);
        else
            console.out << text_of(terminal, "device") << ": "
                        << (done ? "has the face" : text_of(terminal, "reason")) << "\n";
    }
    return all ? 0 : 1;
}

} // namespace gatehouse::cli
