#pragma once
#include "gateway/base/random.hpp"
#include "gateway/base/task_group.hpp"
#include "gateway/base/wakeup.hpp"
#include "tests/sim/http.hpp"
#include "tests/sim/machine.hpp"
#include "tests/sim/moods.hpp"

#include <deque>
#include <map>

namespace gatehouse::sim::webhook_in {

struct PusherConfig {
    std::string id;
    std::string push;              // http://127.0.0.1:8090/push/door-1
    std::string auth = "hmac";     // hmac | bearer | url | none
    std::string secret = "secret"; // key or token
    std::string signature_header = "X-Signature";
    std::string timestamp_header = "X-Timestamp";
    std::string content_type = "application/json";
    Span heartbeat{30'000}; // 0: none
    std::string heartbeat_path = "/heartbeat";
    std::string heartbeat_body = R"({"alive":true,"now":{s}})";
    std::string path; // of events, after push
    std::string ack;  // what an answer must contain; empty: any 2xx will do
    Span retry{2'000};
    std::size_t batch = 1; // as many waiting events go into one body
    std::string body = R"({"list":[{events}]})";
    // By the word of emit. {serial} {ms} {s} {iso} {text} {picture} stand for what they say.
    std::map<std::string, std::string, std::less<>> templates{
        {"pass",
         R"({"type":"pass","id":{serial},"at":{ms},"user":"{text}","result":"ok","dir":"1"{picture}})"},
        {"refuse", R"({"type":"refuse","id":{serial},"at":{ms},"user":"{text}","result":"expired"})"},
        {"alarm", R"({"type":"door","id":{serial},"at":{ms},"state":"2"})"}};
    std::string picture = R"(,"photo":"/9j//9k=")"; // in place of {picture} while pictures are on
    double rate = 0;
    std::uint64_t seed = 1;
    std::size_t events_max = 0;
    Span start{0};
    std::vector<std::string> texts;
};

// A device of a make that nobody has met: what it posts is a template of its estate file. Posts until it is
// acknowledged, in order; listens to nothing. io thread only.
class Pusher final : public Machine {
public:
    Pusher(const Ground& ground, PusherConfig config);

    [[nodiscard]] const std::string& id() const override { return config_.id; }
    [[nodiscard]] Traffic traffic() const override
    {
        return {config_.rate, config_.events_max, config_.start};
    }
    void start() override;
    void cancel() override { group_.cancel(); }
    asio::awaitable<void> join() override { return group_.join(); }
    [[nodiscard]] std::uint16_t port() const override { return 0; }
    bool emit_random() override;
    [[nodiscard]] Counts counts() const override;
    [[nodiscard]] std::string obey(const std::string& verb, std::vector<std::string> arguments) override;

private:
    struct Record {
        std::string serial; // as the oracle knows it
        std::string event;  // rendered
    };

    [[nodiscard]] bool speaks() const { return !down_ && !moods_.cut && !moods_.half_open && !moods_.mute; }
    [[nodiscard]] std::int64_t now() const; // ms, of its clock
    [[nodiscard]] std::string filled(std::string text, const std::string& word) const;
    bool happen(const std::string& type, const std::string& text);
    void reboot(Span down);
    asio::awaitable<void> restart(Span down);
    asio::awaitable<void> tell();
    asio::awaitable<void> beat();
    // Whether it was acknowledged. Moods mangle events, not heartbeats.
    asio::awaitable<bool> post(std::string path, std::string body, bool event);
    [[nodiscard]] std::string request_of(const std::string& path, const std::string& body) const;
    [[nodiscard]] std::string emit_words(const std::vector<std::string>& words);

    PusherConfig config_;
    base::Clock& clock_;
    Oracle& oracle_;
    base::Random random_;
    base::TaskGroup group_;
    base::Wakeup wakeup_;
    Moods moods_;
    Counts seen_;
    std::deque<Record> pending_;
    std::uint64_t serial_ = 0;
    int reboots_ = 0;
    bool down_ = false;
    bool gb18030_ = false;
    bool pictures_ = false;
};

} // namespace gatehouse::sim::webhook_in
