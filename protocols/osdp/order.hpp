#pragma once
#include "gateway/base/wakeup.hpp"
#include "gateway/model/command.hpp"

#include <optional>
#include <string>

namespace gatehouse::osdp {

// One order to unlock or lock a door, between the one who waits for it and the reader that carries it out.
struct Order {
    explicit Order(const asio::any_io_executor& executor) : done(executor) {}

    std::string id;
    bool open = true;
    std::string text;       // to be shown on the reader; may be empty
    bool abandoned = false; // nobody waits any more: what has not begun is not begun
    std::optional<model::Outcome> outcome;
    base::Wakeup done;

    void finish(model::Outcome result)
    {
        if (!outcome) outcome = std::move(result);
        done.notify();
    }
};

} // namespace gatehouse::osdp
