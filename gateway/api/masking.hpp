#pragma once
#include "gateway/api/message.hpp"
#include "gateway/model/alert.hpp"
#include "gateway/model/command.hpp"
#include "gateway/model/event.hpp"
#include "gateway/store/change.hpp"

#include <string>
#include <string_view>

// What somebody is shown who may not see persons (Permission::person_read): that there is a plate, a card or
// a person, and no more of it than tells two apart at the gate.
namespace gatehouse::api {

[[nodiscard]] bool sees_persons(const Request& request);

[[nodiscard]] std::string masked_plate(std::string_view text); // 沪A•••45
[[nodiscard]] model::Event masked(model::Event event);
[[nodiscard]] model::Alert masked(model::Alert alert);
[[nodiscard]] model::AlertStep masked(model::AlertStep step);
[[nodiscard]] model::Command masked(model::Command command);
[[nodiscard]] store::Credential masked(store::Credential credential);

} // namespace gatehouse::api
