#include "gateway/cli/manual.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <string>
#include <vector>

namespace gatehouse::cli {
namespace {

// A dash at the start of a line or a backslash would be read as markup.
std::string roff(const std::string& text)
{
    std::string out;
    for (const char c : text) {
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else
            out += c;
    }
    if (!out.empty() && (out.front() == '.' || out.front() == '\'')) out.insert(0, "\\&");
    return out;
}

bool is_hidden(const CLI::App& verb)
{
    return verb.get_group().empty();
}

std::vector<const CLI::App*> verbs_of(const CLI::App& app)
{
    std::vector<const CLI::App*> verbs;
    for (const auto* verb : app.get_subcommands([](const CLI::App*) { return true; }))
        if (!is_hidden(*verb)) verbs.push_back(verb);
    return verbs;
}

std::string synopsis(const CLI::App& verb, const std::string& prefix)
{
    std::string line = prefix + verb.get_name();
    for (const auto* option : verb.get_options())
        if (option->get_positional()) line += " " + option->get_name(true);
    return line;
}

void describe_verb(std::string& page, const CLI::App& verb, const std::string& prefix)
{
    const auto inner = verbs_of(verb);
    if (inner.empty()) {
        page += fmt::format(".TP\n.B {}\n{}\n", roff(synopsis(verb, prefix)), roff(verb.get_description()));
        for (const auto* option : verb.get_options()) {
            if (option->get_positional() || option->get_name() == "--help") continue;
            page += fmt::format(".br\n.I {}\n{}\n", roff(option->get_name(false, true)),
                                roff(option->get_description()));
        }
    }
    for (const auto* part : inner)
        describe_verb(page, *part, prefix + verb.get_name() + " ");
}

std::string words_of(const CLI::App& app)
{
    std::string words;
    for (const auto* verb : verbs_of(app))
        words += verb->get_name() + " ";
    for (const auto* option : app.get_options())
        for (const auto& name : option->get_lnames())
            words += "--" + name + " ";
    return words;
}

// "device", "device list" ...: what may stand between the program's name and the arguments.
std::vector<std::string> paths_of(const CLI::App& app, const std::string& prefix)
{
    std::vector<std::string> paths;
    for (const auto* verb : verbs_of(app)) {
        paths.push_back(prefix + verb->get_name());
        for (auto& inner : paths_of(*verb, paths.back() + " "))
            paths.push_back(std::move(inner));
    }
    return paths;
}

void completion_cases(std::string& script, const CLI::App& app, const std::string& path)
{
    script += fmt::format("        '{}') words='{}' ;;\n", path, words_of(app));
    for (const auto* verb : verbs_of(app))
        completion_cases(script, *verb, path.empty() ? verb->get_name() : path + " " + verb->get_name());
}

} // namespace

std::string man_page(const CLI::App& app, const std::string& version)
{
    std::string page = fmt::format(".TH GATEHOUSE 8 \"\" \"gatehouse {}\"\n.SH NAME\ngatehouse \\- {}\n",
                                   version, roff(app.get_description()));
    page += ".SH SYNOPSIS\n.B gatehouse\n.I VERB\n[options]\n.SH VERBS\n";
    for (const auto* verb : verbs_of(app))
        describe_verb(page, *verb, "gatehouse ");
    page += ".SH EXIT STATUS\n0 done or healthy, 1 failure or degraded, 2 down, unreachable or wrong usage, "
            "78 bad configuration.\n"
            ".SH FILES\n.TP\n.I /etc/gatehouse/gatehouse.toml\nconfiguration\n.TP\n.I "
            "/var/lib/gatehouse/\ndata\n.TP\n"
            ".I /run/gatehouse/control.sock\ncontrol socket; access is its file permission\n"
            ".SH SIGNALS\nSIGHUP reloads the configuration; SIGTERM and SIGINT stop in order, a second one "
            "stops at once.\n";
    return page;
}

std::string bash_completion(const CLI::App& app)
{
    std::string script = "# bash completion for gatehouse\n_gatehouse()\n{\n"
                         "    local current=\"${COMP_WORDS[COMP_CWORD]}\" path='' words='' next index\n"
                         "    local verbs='|";
    for (const auto& path : paths_of(app, ""))
        script += path + "|";
    // A word that goes on no verb is an argument or the value of an option.
    script += "'\n"
              "    for ((index = 1; index < COMP_CWORD; index++)); do\n"
              "        next=\"${path:+$path }${COMP_WORDS[index]}\"\n"
              "        [[ $verbs == *\"|$next|\"* ]] && path=\"$next\"\n"
              "    done\n"
              "    case \"$path\" in\n";
    completion_cases(script, app, "");
    script += "    esac\n"
              "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
              "    [[ $current != -* ]] && COMPREPLY+=($(compgen -f -- \"$current\"))\n"
              "}\ncomplete -F _gatehouse gatehouse\n";
    return script;
}

} // namespace gatehouse::cli
