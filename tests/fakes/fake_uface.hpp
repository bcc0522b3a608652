#pragma once
#include "gateway/base/byte_stream.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/base/task_group.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::fakes {

// A face terminal of the Uface family on its port 8090, over streams in memory, written from the fact sheet
// alone. It answers by itself; a test turns its switches and looks at what it was asked. Its callbacks are
// made by the test, which hands them to the driver.
class FakeUface final : public base::Connector {
public:
    struct Request {
        std::string method;
        std::string path;
        std::map<std::string, std::string> fields; // of query and body, decoded
        std::string body;
    };
    struct Row {
        std::string person;
        std::string type = "face_0";
        base::WallTime time{};
    };

    FakeUface(asio::any_io_executor executor, base::Clock& clock);

    asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> connect(base::Target target) override;
    // Cuts every connection and ends. To be called (and the io_context run) before it goes away.
    void stop();
    void cut();

    // ---- switches ----
    bool present = true;
    bool mute = false; // takes requests and answers none
    std::string password = "12345678";
    std::string device_key = "8DA5A59CF625F562";
    bool information_has_key = true;
    bool information_has_time = false;
    std::chrono::milliseconds skew{0};
    std::map<std::string, std::string> answers; // by path, instead of its own; "" never answers
    std::string rows_name = "personInfo";
    bool forgets_persons = false; // says it took them and does not
    std::string snapshot = "\xFF\xD8 snapshot \xFF\xD9";

    // ---- what it holds ----
    std::map<std::string, std::string> persons; // id, name
    std::map<std::string, std::string> faces;   // person id, imgBase64
    std::vector<Row> log;
    std::map<std::string, std::string> addresses; // path of the setting, URL
    std::string base64_enable;
    int opened = 0;
    std::string time_set;

    // ---- what it was asked ----
    std::vector<Request> asked;
    [[nodiscard]] int count(const std::string& path) const;

private:
    using StreamPtr = std::shared_ptr<base::ByteStream>;

    asio::awaitable<void> serve(StreamPtr stream);
    // The body; empty: never answered.
    [[nodiscard]] std::string answer(const Request& request);
    [[nodiscard]] std::string person_order(const Request& request);
    [[nodiscard]] std::string page_of_records(const Request& request);
    [[nodiscard]] std::string page_of_persons(const Request& request);

    asio::any_io_executor executor_;
    base::Clock& clock_;
    std::vector<std::weak_ptr<base::ByteStream>> connections_;
    base::TaskGroup tasks_;
};

} // namespace gatehouse::fakes
