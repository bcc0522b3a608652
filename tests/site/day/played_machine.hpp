#pragma once
#include <string>
#include <vector>

namespace gatehouse::site::day {

// One machine of gatehouse-sim without its sockets: it obeys the words of the script, and what it tells goes
// to the gateway over memory, in virtual time.
class PlayedMachine {
public:
    PlayedMachine() = default;
    virtual ~PlayedMachine() = default;
    PlayedMachine(const PlayedMachine&) = delete;
    PlayedMachine& operator=(const PlayedMachine&) = delete;

    // "ok", or what is wrong with these words.
    [[nodiscard]] virtual std::string obey(const std::string& verb, std::vector<std::string> words) = 0;
    // Ends what it does; the io_context is to be run afterwards.
    virtual void cancel() = 0;
};

} // namespace gatehouse::site::day
