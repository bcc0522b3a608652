#include "gateway/api/routes.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace gatehouse::api {
namespace {

class ConfigResources : public testing::Test {
protected:
    ConfigResources()
    {
        services.config_put = [this](ConfigOrder order) { return take(std::move(order)); };
        services.config_undo = [this](ConfigUndo undo) { return take_back(std::move(undo)); };
    }
    asio::awaitable<base::Result<ConfigOutcome>> take(ConfigOrder order)
    {
        put = std::move(order);
        co_return outcome;
    }
    asio::awaitable<base::Result<ConfigOutcome>> take_back(ConfigUndo undo)
    {
        undone = std::move(undo);
        co_return outcome;
    }
    Response ask(const std::string& method, const std::string& path, const std::string& body)
    {
        const Context context{services, clock};
        Request request;
        request.method = method;
        request.path = path;
        request.body = body;
        request.control = true;
        request.peer = "uid 7";
        std::optional<Response> answer;
        io.restart();
        asio::co_spawn(io, respond(context, std::move(request)),
                       [&](std::exception_ptr, Response response) { answer = std::move(response); });
        io.run();
        return std::move(answer.value());
    }

    asio::io_context io{1};
    fakes::ManualClock clock;
    Services services;
    base::Result<ConfigOutcome> outcome = ConfigOutcome();
    ConfigOrder put;
    ConfigUndo undone;
};

constexpr auto good_put = R"({"text":"[site]","version":"abc","reason":"why not","operator":"li"})";

TEST_F(ConfigResources, AChangeNamesItsReasonAndTheVersionItWasMadeFrom)
{
    outcome->applied = true;
    outcome->version = "def";
    const auto response = ask("PUT", "/api/v1/config", good_put);
    EXPECT_EQ(response.status, 200U);
    EXPECT_EQ(response.body, R"({"version":"def","applied":true,"issues":[]})");
    EXPECT_EQ(put.text, "[site]");
    EXPECT_EQ(put.version, "abc");
    EXPECT_EQ(put.reason, "why not");
    EXPECT_EQ(put.actor, "li (uid 7)");
    for (const auto* body : {R"({"text":"[site]","version":"abc"})", R"({"version":"abc","reason":"x"})",
                             R"({"text":"[site]","reason":"x"})", "[]"})
        EXPECT_EQ(ask("PUT", "/api/v1/config", body).status, 400U) << body;
}

TEST_F(ConfigResources, SaysWhyAChangeWasRefused)
{
    outcome->refusal = "it has errors";
    outcome->issues.push_back({.file = "f", .line = 3, .column = 4, .path = "site.id", .text = "is missing"});
    const auto wrong = ask("PUT", "/api/v1/config", good_put);
    EXPECT_EQ(wrong.status, 422U);
    const auto document = boost::json::parse(wrong.body);
    EXPECT_EQ(document.at("detail"), "it has errors");
    EXPECT_EQ(document.at("issues").at(0).at("line"), 3);
    EXPECT_EQ(document.at("issues").at(0).at("severity"), "error");
    outcome = base::Errc::conflict;
    EXPECT_EQ(ask("PUT", "/api/v1/config", good_put).status, 409U);
    outcome = base::Errc::failed;
    EXPECT_EQ(ask("PUT", "/api/v1/config", good_put).status, 503U);
}

TEST_F(ConfigResources, AnUndoNamesAVersionAndAReason)
{
    outcome->applied = true;
    EXPECT_EQ(ask("POST", "/api/v1/config/undo", R"({"to":4,"reason":"better"})").status, 200U);
    EXPECT_EQ(undone.to, 4);
    EXPECT_EQ(undone.actor, "uid 7");
    EXPECT_EQ(ask("POST", "/api/v1/config/undo", R"({"reason":"better"})").status, 400U);
    outcome = base::Errc::not_found;
    EXPECT_EQ(ask("POST", "/api/v1/config/undo", R"({"to":4,"reason":"better"})").status, 404U);
}

} // namespace
} // namespace gatehouse::api
