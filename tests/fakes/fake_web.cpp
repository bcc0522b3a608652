#include "tests/fakes/fake_web.hpp"

#include "tests/fakes/memory_stream.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace gatehouse::fakes {
namespace {

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

// False as long as the request is not whole.
bool parse(const std::string& bytes, FakeWeb::Request& request)
{
    const auto head_end = bytes.find("\r\n\r\n");
    if (head_end == std::string::npos) return false;
    const auto line_end = bytes.find("\r\n");
    const auto line = bytes.substr(0, line_end);
    const auto first = line.find(' ');
    const auto second = line.find(' ', first + 1);
    request.method = line.substr(0, first);
    request.path = line.substr(first + 1, second - first - 1);
    EXPECT_EQ(line.substr(second + 1), "HTTP/1.1");
    request.headers.clear();
    for (auto at = line_end + 2; at < head_end + 2;) {
        const auto end = bytes.find("\r\n", at);
        const auto field = bytes.substr(at, end - at);
        const auto colon = field.find(": ");
        EXPECT_NE(colon, std::string::npos) << field;
        const bool fresh =
            request.headers.emplace(lower(field.substr(0, colon)), field.substr(colon + 2)).second;
        EXPECT_TRUE(fresh) << field << " a second time";
        at = end + 2;
    }
    const auto length = request.headers.find("content-length");
    const auto size = length == request.headers.end() ? 0U : std::stoul(length->second);
    if (bytes.size() < head_end + 4 + size) return false;
    request.body = bytes.substr(head_end + 4);
    EXPECT_EQ(request.body.size(), size);
    return true;
}

} // namespace

FakeWeb::FakeWeb(asio::any_io_executor executor, Answer answer)
    : executor_(executor), answer_(std::move(answer)), tasks_(executor)
{
}

FakeWeb::~FakeWeb() = default;

asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> FakeWeb::connect(base::Target target)
{
    if (refusal) co_return *refusal;
    auto [ours, theirs] = connected(executor_, target.host);
    tasks_.spawn("web", serve(std::move(theirs), std::move(target)));
    co_return std::move(ours);
}

asio::awaitable<void> FakeWeb::serve(std::unique_ptr<base::ByteStream> stream, base::Target target)
{
    Request request;
    std::string bytes;
    std::array<std::byte, 4096> chunk{};
    while (!parse(bytes, request)) {
        const auto size = co_await stream->read_some(chunk);
        if (!size) co_return;
        bytes.append(reinterpret_cast<const char*>(chunk.data()), *size);
    }
    request.target = std::move(target);
    requests.push_back(request);
    const auto response = answer_(request);
    if (response.hang) {
        const auto gone = co_await stream->read_some(chunk);
        (void)gone; // whatever: the client has given up
        co_return;
    }
    if (response.hang_up) co_return;
    const auto text = "HTTP/1.1 " + std::to_string(response.status) + " X\r\n" + response.headers +
                      "Content-Length: " + std::to_string(response.body.size()) + "\r\n\r\n" + response.body;
    const auto written = co_await stream->write(std::as_bytes(std::span(text)));
    (void)written; // the client may be gone
}

} // namespace gatehouse::fakes
