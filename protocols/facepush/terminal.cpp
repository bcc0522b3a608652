#include "protocols/facepush/terminal.hpp"

#include "gateway/base/timeout.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

namespace gatehouse::facepush {

using namespace std::chrono_literals;

namespace {

constexpr auto form_type = "application/x-www-form-urlencoded";
constexpr std::size_t tasks_max = 64;
constexpr std::size_t picture_max = 2U << 20;

} // namespace

net::HttpClientOptions client_options(const Config& config)
{
    net::HttpClientOptions options;
    options.target = config.target;
    options.request_timeout = config.request_max;
    // Well before the request's own limit, so that "not sent" is told from "not answered".
    options.connect_timeout = std::min<milliseconds>(options.connect_timeout, config.request_max / 2);
    return options;
}

bool Answer::never_sent() const
{
    return error == base::Errc::unreachable || error == base::Errc::not_found ||
           error == base::Errc::locked_out || error == base::Errc::busy || error == base::Errc::expired ||
           error == asio::error::connection_refused || error == asio::error::host_unreachable ||
           error == asio::error::network_unreachable;
}

bool Answer::wrong_password() const
{
    return error == base::Errc::locked_out || (!error && said.verdict == Verdict::wrong_password);
}

std::string Answer::why() const
{
    if (error == base::Errc::locked_out)
        return "silent after a refused password, so that the terminal does not lock us out";
    if (error == base::Errc::expired) return "the terminal did not fetch the order in time";
    if (error == base::Errc::busy) return "too many orders wait for the terminal already";
    if (error == base::Errc::timed_out) return "the terminal did not answer in time";
    if (error) return "the terminal cannot be reached: " + error.message();
    return said.text;
}

Terminal::Terminal(Session& session)
    : session_(session), http_(session.context.connector, session.context.clock, session.context.random,
                               client_options(session.config)),
      guard_(60s, 30min)
{
}

asio::awaitable<Answer> Terminal::ask(Call call)
{
    if (session_.config.reverse) co_return co_await by_task(std::move(call));
    Answer answer;
    const auto now = session_.context.clock.now();
    if (!guard_.may_try(now)) {
        answer.error = base::Errc::locked_out;
        co_return answer;
    }
    if (guard_.rejected()) guard_.trial(now);
    answer = co_await over_http(std::move(call));
    if (answer.error) co_return answer;
    if (answer.said.verdict == Verdict::wrong_password) {
        guard_.failed();
        guard_.refused(session_.context.clock.now());
    } else {
        guard_.accepted();
    }
    co_return answer;
}

asio::awaitable<Answer> Terminal::over_http(Call call)
{
    net::HttpRequest request;
    auto body = form_body(call, session_.config.password.expose());
    request.method = call.read_only ? "GET" : "POST";
    request.target = call.path;
    if (call.read_only) {
        request.target += '?' + body;
    } else {
        request.body = std::move(body);
        request.content_type = form_type;
    }
    const auto response = co_await http_.request(std::move(request));
    Answer answer;
    if (!response) {
        answer.error = response.error();
        co_return answer;
    }
    session_.heard();
    answer.said = judged(response->status, response->body);
    co_return answer;
}

std::string Terminal::path_on_terminal(const std::string& url) const
{
    const auto parsed = boost::urls::parse_uri(url);
    if (!parsed || parsed->scheme() != "http") return {};
    const auto& target = session_.config.target;
    const auto port = parsed->has_port() ? parsed->port_number() : std::uint16_t{80};
    const auto host = parsed->host_address();
    if (port != target.port || (host != target.host && host != http_.peer())) return {};
    std::string path(parsed->encoded_target());
    return path.starts_with('/') && path.find("..") == std::string::npos ? path : std::string();
}

// A snapshot is deleted soon and costs nothing when it is gone: one try.
asio::awaitable<std::string> Terminal::picture(std::string url)
{
    net::HttpRequest request;
    request.target = path_on_terminal(url);
    if (request.target.empty()) co_return std::string();
    auto work = http_.request(std::move(request));
    const auto response =
        co_await base::with_timeout(session_.context.clock, session_.config.picture_wait, std::move(work));
    if (!response || response->status != 200 || response->body.size() > picture_max) co_return std::string();
    co_return response->body;
}

// ---- reverse ----

// A task's place in the queue, given up when nobody waits for it any more: then it never goes out.
class Terminal::Place {
public:
    Place(std::list<TaskPtr>& tasks, TaskPtr task) : tasks_(tasks), task_(std::move(task))
    {
        tasks_.push_back(task_);
    }
    ~Place() { tasks_.remove(task_); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

private:
    std::list<TaskPtr>& tasks_;
    TaskPtr task_;
};

asio::awaitable<Answer> Terminal::by_task(Call call)
{
    Answer answer;
    if (tasks_.size() >= tasks_max) {
        answer.error = base::Errc::busy;
        co_return answer;
    }
    auto& clock = session_.context.clock;
    const auto task = std::make_shared<Task>(session_.context.executor);
    task->number = fmt::format("{}-{}", clock.wall().time_since_epoch().count(), ++last_task_);
    task->call = std::move(call);
    const Place place(tasks_, task);
    const auto until = clock.now() + session_.config.request_max;
    while (!task->said && clock.now() < until)
        co_await clock.wait(task->changed, until);
    if (task->said)
        answer.said = *task->said;
    else if (task->fetched_at)
        answer.error = base::Errc::timed_out;
    else
        answer.error = base::Errc::expired;
    co_return answer;
}

std::string Terminal::next_task()
{
    const std::string none = R"({"result":1,"success":true})";
    for (const auto& task : tasks_) {
        if (task->said) continue;
        if (task->fetched_at) return none; // one at a time
        task->fetched_at = session_.context.clock.now();
        return R"({"result":1,"success":true,"data":{"taskNo":)" + quoted(task->number) +
               R"(,"interfaceName":)" + quoted(task->call.path.substr(1)) + R"(,"param":)" +
               task_param(task->call, session_.config.password.expose()) + "}}";
    }
    return none;
}

bool Terminal::task_done(const Fields& fields)
{
    for (const auto& task : tasks_) {
        if (task->number != fields.text("taskNo") || !task->fetched_at || task->said) continue;
        // The answer stands in `result` as text, below it, or beside it.
        const auto result = fields.text("result");
        if (fields.within("result"))
            task->said = judged(fields.below("result"));
        else if (result.starts_with('{'))
            task->said = judged(200, result);
        else
            task->said = judged(fields);
        task->changed.notify();
        return true;
    }
    return false;
}

} // namespace gatehouse::facepush
