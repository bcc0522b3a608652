#pragma once
#include "protocols/osdp/reader.hpp"

#include <memory>
#include <vector>

namespace gatehouse::osdp {

// Unlocks and locks doors: finds the reader whose output it is, and waits for what becomes of the order at
// that reader's turn. An order that nobody waits for any more is not begun.
class Commands {
public:
    Commands(Session& session, std::vector<std::unique_ptr<Reader>>& readers)
        : session_(session), readers_(readers)
    {
    }

    asio::awaitable<model::Outcome> execute(model::Command command);

private:
    [[nodiscard]] Reader* reader_of(int door);

    Session& session_;
    std::vector<std::unique_ptr<Reader>>& readers_;
};

} // namespace gatehouse::osdp
