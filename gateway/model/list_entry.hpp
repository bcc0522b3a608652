#pragma once
#include "gateway/base/clock.hpp"

#include <optional>
#include <string>
#include <vector>

namespace gatehouse::model {

// One entry of a list that a device keeps itself, to decide without us.
struct ListEntry {
    enum class Type { plate, person, card };

    Type type = Type::plate;
    std::string value;     // canonical plate text, person id or card number
    std::string name;      // whom it belongs to; personal data, may be empty
    bool keep_out = false; // of a deny list
    // The first and the last moment at which it opens; nothing: no bound.
    std::optional<base::WallTime> valid_from;
    std::optional<base::WallTime> valid_until;
    std::vector<int> outputs; // doors or barriers of this device, 1-based, ascending; empty: all
    // A person's face as JPEG on its way to a terminal. Never read back, kept or compared.
    std::string picture;

    // Whether a device that holds one decides as if it held the other.
    friend bool operator==(const ListEntry& one, const ListEntry& other)
    {
        return one.type == other.type && one.value == other.value && one.name == other.name &&
               one.keep_out == other.keep_out && one.valid_from == other.valid_from &&
               one.valid_until == other.valid_until && one.outputs == other.outputs;
    }
};

} // namespace gatehouse::model
