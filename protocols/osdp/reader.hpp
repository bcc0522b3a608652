#pragma once
#include "gateway/base/backoff.hpp"
#include "protocols/osdp/order.hpp"
#include "protocols/osdp/session.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace gatehouse::osdp {

// How a reader answered one command; `error` when it did not.
struct Answer {
    base::error_code error; // conflict: it lost the session; busy: it said so; bad_input: not to be believed
    bool sent = false;
    Reply reply = Other{};
    [[nodiscard]] const Nak* refused() const { return error ? nullptr : std::get_if<Nak>(&reply); }
    [[nodiscard]] bool ok() const { return !error && refused() == nullptr; }
    // One plain sentence why it is not ok.
    [[nodiscard]] std::string why() const;
};

// One reader of the line: sequence numbers and repeats, the secure session, bringing it up and polling it
// (sheet §2, §5, §6). The driver's loop gives it one turn after the other. io thread only.
class Reader {
public:
    enum class Stage {
        offline, // does not answer
        refused, // answers, and there is no conversation: key, busy
        online
    };

    Reader(Session& session, const ReaderConfig& config);

    // The connection is new: it is probed at once.
    void begin();
    // The connection is gone.
    void lose();
    [[nodiscard]] base::MonoTime due() const;
    // One exchange, or a whole bringing-up or order.
    asio::awaitable<void> turn();
    // Carried out at the next turn.
    void take(std::shared_ptr<Order> order);

    [[nodiscard]] Stage stage() const { return stage_; }
    // False until it was asked once on this connection.
    [[nodiscard]] bool tried() const { return tried_; }
    [[nodiscard]] const std::string& why() const { return why_; }
    [[nodiscard]] const ReaderConfig& config() const { return config_; }
    [[nodiscard]] const Capabilities& capabilities() const { return capabilities_; }
    [[nodiscard]] bool sealed() const { return channel_.has_value(); }
    [[nodiscard]] std::string describe() const;

private:
    enum class Handshake { done, refused, lost };
    struct Pending {
        Bytes bytes;
        std::uint8_t sequence = 0;
        bool polls = false;
    };

    // ---- exchanges ----
    void restart();
    void prepare(const Command& command, std::uint8_t block = 0, std::uint8_t block_value = 0);
    asio::awaitable<Answer> attempt();
    Answer judge(Frame frame);
    asio::awaitable<Answer> repeat(int tries);
    asio::awaitable<Answer> ask(Command command, int tries);

    // ---- bringing up (reader_setup.cpp) ----
    asio::awaitable<void> bring_up();
    asio::awaitable<bool> introduce();
    asio::awaitable<bool> secure();
    asio::awaitable<bool> install();
    asio::awaitable<Handshake> handshake(bool own);
    [[nodiscard]] Block own_key() const;
    [[nodiscard]] std::string fingerprint() const;
    [[nodiscard]] bool installed_before() const;
    void remember_key();
    asio::awaitable<void> save_key(std::string print);
    asio::awaitable<bool> look();
    asio::awaitable<bool> first_poll();
    void come_online();
    void go(Stage stage, std::string why);
    void lose_channel(const std::string& why);

    // ---- polling ----
    asio::awaitable<void> poll();
    void prepare_poll();
    void take_told(const Answer& answer, bool polled);
    [[nodiscard]] static bool wants_anew(const Answer& answer);
    // `insecure`: it answers, and not as agreed.
    asio::awaitable<void> recover(std::string why, bool insecure);
    [[nodiscard]] bool waits_for_disk() const;
    // Whether it was asked so lately that what it tells has just happened.
    [[nodiscard]] bool asked_within(milliseconds span) const;

    // ---- what it says (reader_events.cpp) ----
    void hear(const Reply& reply);
    void hear_card(const CardBits& card);
    void hear_keys(const Keys& keys);
    void hear_inputs(const Inputs& inputs);
    void hear_heads(const Heads& heads);
    void end_keys();
    void report_attempt(std::string_view credential, std::string card);
    void count_refusal(const char* reason);

    // ---- orders (reader_orders.cpp) ----
    asio::awaitable<void> carry(std::shared_ptr<Order> order);
    asio::awaitable<model::Outcome> move(const Order& order);
    asio::awaitable<model::Outcome> after_silence(const Order& order, base::MonoTime begun);
    asio::awaitable<std::optional<bool>> output_on();
    asio::awaitable<void> signal(std::string text);
    void fail_orders(const std::string& why);

    Session& session_;
    const ReaderConfig& config_;
    Stage stage_ = Stage::offline;
    bool tried_ = false;
    std::string why_;
    base::MonoTime next_{};
    base::MonoTime answered_at_{};
    base::Backoff backoff_;

    std::uint8_t sequence_ = 0;
    std::optional<Pending> pending_;
    std::optional<SecureChannel> channel_;
    bool was_sealed_ = false; // the channel was lost, and is told to be
    int misses_ = 0;
    int busy_ = 0;
    int restarts_ = 0; // since a poll was answered as it should be

    std::optional<Identity> identity_;
    Capabilities capabilities_;
    Bytes cuid_;

    std::optional<base::MonoTime> empty_at_; // it had nothing to tell: what it tells later is younger
    std::optional<base::MonoTime> told_at_;
    std::optional<std::vector<bool>> inputs_;
    std::string keys_;
    base::MonoTime key_at_{};
    std::deque<std::shared_ptr<Order>> orders_;
};

} // namespace gatehouse::osdp
