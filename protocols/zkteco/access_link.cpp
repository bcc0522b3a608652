#include "protocols/zkteco/access_link.hpp"

#include "protocols/net/session_token.hpp"
#include "protocols/wire/ascii.hpp"
#include "protocols/zkteco/replies.hpp"

namespace gatehouse::zkteco {
namespace {

constexpr auto code_key = "access/registry code";
constexpr auto session_key = "access/session";

// The value of `token` in a Cookie header.
std::string_view token_of(std::string_view cookie)
{
    while (!cookie.empty()) {
        const auto end = cookie.find_first_of(";,");
        const auto one = wire::ascii::trim(cookie.substr(0, end));
        constexpr std::string_view name = "token=";
        if (one.size() > name.size() && wire::ascii::same_word(one.substr(0, name.size()), name))
            return one.substr(name.size());
        cookie = end == std::string_view::npos ? std::string_view() : cookie.substr(end + 1);
    }
    return {};
}

} // namespace

std::string AccessLink::code() const
{
    return session_.context.memory.find(code_key).value_or("");
}

asio::awaitable<std::string> AccessLink::new_session()
{
    auto id = net::random_token(32);
    std::string key = session_key;
    std::string value = id;
    co_await session_.remember(std::move(key), std::move(value));
    co_return id;
}

asio::awaitable<std::string> AccessLink::hello()
{
    const auto known = code();
    if (known.empty()) co_return std::string("OK");
    const auto id = co_await new_session();
    co_return access_options(known, id, session_.config.poll_every);
}

asio::awaitable<std::string> AccessLink::enrol(std::string_view body)
{
    const auto fields = read_fields(body, ',');
    session_.status.model = field(fields, "~devicename");
    session_.status.firmware = field(fields, "firmver");
    const std::string locks(field(fields, "lockcount"));
    if (!locks.empty()) session_.fact("doors it has", locks);
    if (!field(fields, "readercount").empty())
        session_.fact("readers it has", std::string(field(fields, "readercount")));
    if (const auto count = number(locks); count && *count != session_.config.doors)
        session_.tell_once("doors", "device has another number of doors than doors says", locks);
    auto fresh = net::random_token(32);
    std::string key = code_key;
    std::string value = fresh;
    co_await session_.remember(std::move(key), std::move(value));
    co_return "RegistryCode=" + fresh;
}

asio::awaitable<std::string> AccessLink::parameters()
{
    const auto id = co_await new_session();
    co_return access_options("", id, session_.config.poll_every);
}

bool AccessLink::admits(std::string_view cookie)
{
    if (!session_.config.require_token) return true;
    const auto id = session_.context.memory.find(session_key).value_or("");
    const auto known = code();
    if (id.empty() || known.empty()) return false;
    const auto expected = net::md5_hex(known + session_.config.serial + id);
    return !expected.empty() && wire::ascii::same_word(token_of(cookie), expected);
}

} // namespace gatehouse::zkteco
