#include "gateway/cli/password_prompt.hpp"

#include <fcntl.h>
#include <iostream>
#include <termios.h>
#include <unistd.h>

namespace gatehouse::cli {
namespace {

// The terminal itself, whatever standard input and output are, with its echo off as long as this lives.
class SilentTerminal {
public:
    SilentTerminal() : handle_(::open("/dev/tty", O_RDWR | O_CLOEXEC))
    {
        if (handle_ < 0 || ::tcgetattr(handle_, &before_) != 0) return;
        auto silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ready_ = ::tcsetattr(handle_, TCSAFLUSH, &silent) == 0;
    }
    ~SilentTerminal()
    {
        if (ready_) ::tcsetattr(handle_, TCSAFLUSH, &before_);
        if (handle_ >= 0) ::close(handle_);
    }
    SilentTerminal(const SilentTerminal&) = delete;
    SilentTerminal& operator=(const SilentTerminal&) = delete;

    [[nodiscard]] bool ready() const { return ready_; }
    [[nodiscard]] std::string line(std::string_view question)
    {
        say(question);
        std::string text;
        for (char c = 0; ::read(handle_, &c, 1) == 1 && c != '\n';)
            text += c;
        say("\n");
        return text;
    }

private:
    void say(std::string_view text)
    {
        if (::write(handle_, text.data(), text.size()) < 0) ready_ = false;
    }

    int handle_;
    termios before_{};
    bool ready_ = false;
};

} // namespace

std::optional<std::string> ask_for_password(std::ostream& err)
{
    SilentTerminal terminal;
    if (!terminal.ready()) {
        err << "gatehouse: there is no terminal to ask for the password; use --password-stdin\n";
        return std::nullopt;
    }
    auto first = terminal.line("password: ");
    if (terminal.line("once more: ") == first) return first;
    err << "gatehouse: the two are not the same\n";
    return std::nullopt;
}

std::optional<std::string> read_password(std::ostream& err)
{
    std::string line;
    if (std::getline(std::cin, line)) return line;
    err << "gatehouse: standard input holds no password\n";
    return std::nullopt;
}

} // namespace gatehouse::cli
