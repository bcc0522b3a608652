#include "gateway/account/hasher.hpp"

#include "gateway/account/password.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace gatehouse::account {
namespace {

// Of a password that nobody knows, with the costs of now: what a log-in of an unknown name is checked
// against.
const std::string& nobodys_hash()
{
    static const std::string hash = hash_password("nobody has this account");
    return hash;
}

asio::awaitable<std::string> hash_there(std::function<std::string(const std::string&)> work,
                                        std::string password)
{
    co_return work(password);
}

asio::awaitable<bool> check_there(std::function<bool(const std::string&, const std::string&)> work,
                                  std::string hash, std::string password)
{
    const bool right = work(hash.empty() ? nobodys_hash() : hash, password);
    co_return right && !hash.empty();
}

} // namespace

class Hasher::Turn {
public:
    explicit Turn(std::size_t& there) : there_(there) { ++there_; }
    ~Turn() { --there_; }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

private:
    std::size_t& there_;
};

Hasher::Hasher(asio::any_io_executor worker)
    : Hasher(std::move(worker), {&hash_password, &is_password, &account::is_outdated})
{
}

Hasher::Hasher(asio::any_io_executor worker, Functions functions)
    : worker_(std::move(worker)), functions_(std::move(functions))
{
}

asio::awaitable<base::Result<std::string>> Hasher::hash(std::string password)
{
    if (there_ > waiting_max) co_return base::Errc::overloaded;
    const Turn turn(there_);
    auto work = hash_there(functions_.hash, std::move(password));
    auto made = co_await asio::co_spawn(worker_, std::move(work), asio::use_awaitable);
    if (made.empty()) co_return base::Errc::failed;
    co_return made;
}

asio::awaitable<base::Result<bool>> Hasher::check(std::string hash, std::string password)
{
    if (there_ > waiting_max) co_return base::Errc::overloaded;
    const Turn turn(there_);
    auto work = check_there(functions_.is_password, std::move(hash), std::move(password));
    co_return co_await asio::co_spawn(worker_, std::move(work), asio::use_awaitable);
}

} // namespace gatehouse::account
