#include "gateway/api/routes.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace gatehouse::api {
namespace {

class ProofResource : public testing::Test {
protected:
    ProofResource()
    {
        services.device_prove = [this](const std::string&, std::chrono::seconds) { return prove(); };
    }
    asio::awaitable<base::Result<device::Proof>> prove()
    {
        device::Proof proof;
        proof.entry = std::make_shared<const model::Entry>();
        proof.raw = raw;
        co_return proof;
    }
    boost::json::value ask()
    {
        const Context context{services, clock};
        Request request;
        request.method = "POST";
        request.path = "/api/v1/devices/lpr-in/prove";
        request.control = true;
        std::optional<Response> answer;
        io.restart();
        asio::co_spawn(io, respond(context, std::move(request)),
                       [&](std::exception_ptr, Response response) { answer = std::move(response); });
        io.run();
        return boost::json::parse(answer.value().body);
    }

    asio::io_context io{1};
    fakes::ManualClock clock;
    Services services;
    std::string raw;
};

TEST_F(ProofResource, ShowsTextAndCountsThePicturesInIt)
{
    raw = "--boundary\r\n<plate>沪A</plate>\r\n\xff\xd8\n\x01\x02\x03\n--boundary--\r\n";
    const auto shown = ask();
    EXPECT_EQ(shown.at("raw_type"), "text");
    EXPECT_EQ(shown.at("raw"), "--boundary\r\n<plate>沪A</plate>\r\n[7 bytes]\n--boundary--\r\n");
}

TEST_F(ProofResource, ShowsWhatIsNoTextAtAllAsBase64)
{
    raw = std::string("\x17\x20\x00\xff", 4);
    EXPECT_EQ(ask().at("raw_type"), "base64");
    EXPECT_EQ(ask().at("raw"), "FyAA/w==");
    raw.clear();
    EXPECT_EQ(ask().at("raw_type"), "text");
}

} // namespace
} // namespace gatehouse::api
