// links: gatehouse_api, gatehouse_account
#include "gateway/account/password.hpp"
#include "gateway/account/permission.hpp"
#include "gateway/account/secret_text.hpp"
#include "gateway/api/json_body.hpp"

#include <cstdint>
#include <cstdlib>

using namespace gatehouse;

// The bodies with which somebody logs in, sets up or changes an account: whatever they hold, what is read of
// them is a text, a known word or a number within its bounds.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto body = api::read_object({reinterpret_cast<const char*>(data), size});
    if (!body) return 0;
    (void)account::flaw_of_password(api::text_of(*body, "password"), api::text_of(*body, "name"));
    const auto code = account::plain_code(api::text_of(*body, "code"));
    if (account::plain_code(code) != code) std::abort();
    for (const auto& word : api::texts_of(*body, "permissions")) {
        auto permission = account::Permission::status_read;
        if (account::parse(word, permission) && account::to_string(permission) != word) std::abort();
    }
    auto role = account::Role::guard;
    const auto word = api::text_of(*body, "role");
    if (account::parse(word, role) && account::to_string(role) != word) std::abort();
    const auto days = api::number_of(*body, "days", 90, 1, 3650);
    if (days && (*days < 1 || *days > 3650)) std::abort();
    return 0;
}
