#pragma once
#include "gateway/api/services.hpp"
#include "gateway/model/json_writer.hpp"

#include <optional>

namespace gatehouse::api {

// A read, or the passage of somebody whom nobody read, as a person looks for it.
struct PassageView {
    const model::Entry& entry;
    std::optional<bool> passed; // went through, as far as is known; nothing: it is not told
    bool masked = false;        // for somebody who may not see persons
};

void write_passage(model::JsonWriter& json, const Services& services, const PassageView& view);

} // namespace gatehouse::api
