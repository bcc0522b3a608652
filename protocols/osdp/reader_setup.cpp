// Bringing a reader up: who it is, its key, its state (sheet §5, §6).
#include "protocols/osdp/reader.hpp"

#include "gateway/base/log.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace gatehouse::osdp {

using namespace std::chrono_literals;
using base::Errc;
using base::kv;

namespace {

constexpr int tries = 3;
constexpr std::uint8_t block_challenge = 0x11;
constexpr std::uint8_t block_cryptogram = 0x13;
constexpr std::uint8_t status_ok = 1;
constexpr std::uint8_t capability_inputs = 1;
constexpr std::uint8_t capability_security = 9;

} // namespace

asio::awaitable<void> Reader::bring_up()
{
    // The reader may be in a session that only it knows of; number 0 ends it.
    restart();
    const bool here = co_await introduce();
    if (!session_.line.connected()) co_return;
    tried_ = true;
    if (!here) co_return;
    if (config_.security != Security::off) {
        const bool safe = co_await secure();
        if (!safe || !session_.line.connected()) co_return;
    }
    const bool willing = co_await look();
    if (!willing) co_return;
    if (config_.idle && !pending_)
        (void)co_await ask(led_permanent(*config_.idle), tries); // without LED: refused
    if (!session_.line.connected()) co_return;
    if (pending_) {
        restart();
        go(Stage::offline, "the reader stopped answering");
        co_return;
    }
    const bool tells = co_await first_poll();
    if (tells) come_online();
}

// One single probe: a reader that is not there costs the others one waiting time.
asio::awaitable<bool> Reader::introduce()
{
    const auto identity = co_await ask(ask_identity(), 1);
    if (identity.error) {
        const bool busy = identity.error == Errc::busy;
        restart();
        if (session_.line.connected()) go(busy ? Stage::refused : Stage::offline, identity.why());
        co_return false;
    }
    // Some refuse even this without a secure channel: the challenge follows in any case.
    if (const auto* found = std::get_if<Identity>(&identity.reply)) identity_ = *found;
    const auto capabilities = co_await ask(ask_capabilities(), tries);
    if (capabilities.error) {
        restart();
        if (session_.line.connected()) go(Stage::offline, capabilities.why());
        co_return false;
    }
    if (const auto* found = std::get_if<Capabilities>(&capabilities.reply)) capabilities_ = *found;
    co_return true;
}

// ---- the key ----

Block Reader::own_key() const
{
    if (config_.key) return *config_.key;
    return config_.master_key ? derive_key(*config_.master_key, cuid_) : default_key();
}

// Tells whether it is the same key, and nothing else of it. Of the master key itself: a reader says by itself
// which one it is, and another one at this address is not to be given a key because it says so.
std::string Reader::fingerprint() const
{
    const Bytes zeros(8);
    const auto key = config_.key ? *config_.key : config_.master_key.value_or(Block{});
    const auto print = reader_cryptogram(session_keys(key, zeros), zeros, zeros);
    return fmt::format("{:02x}", fmt::join(View(print).first(8), ""));
}

bool Reader::installed_before() const
{
    return session_.context.memory.find(fmt::format("key/{}", config_.address)) == fingerprint();
}

void Reader::remember_key()
{
    if (config_.install && !installed_before()) session_.spawn("key", save_key(fingerprint()));
}

asio::awaitable<void> Reader::save_key(std::string print)
{
    auto key = fmt::format("key/{}", config_.address);
    const auto kept = co_await session_.context.memory.put(std::move(key), std::move(print));
    if (!kept) session_.tell_once("key", "that a reader has its key is not saved", kept.error().message());
}

asio::awaitable<bool> Reader::secure()
{
    const bool own = config_.security == Security::own_key;
    const auto result = co_await handshake(own);
    if (!session_.line.connected()) co_return false;
    const auto part = session_.name_of("key", config_);
    if (result == Handshake::done) {
        if (own) remember_key();
        session_.set_health(part, own,
                            own ? "the reader has its own key" : "the public key of the standard is in use");
        co_return true;
    }
    if (result == Handshake::lost) {
        go(Stage::offline, "the reader stopped answering during the handshake");
        co_return false;
    }
    if (own && config_.install && !installed_before()) co_return co_await install();
    const auto sentence =
        own && config_.install
            ? std::string("the reader refuses the key it was given; it is not given again by itself, "
                          "because this may be another reader: give it a new key / "
                          "读卡器拒绝已下发的密钥；可能换过读卡器，系统不会自动重发，请配置新密钥")
            : "there is no secure channel: " + why_;
    session_.set_health(part, false, sentence);
    go(Stage::refused, sentence);
    co_return false;
}

// A reader as it left the factory: the public key only carries its own one there.
asio::awaitable<bool> Reader::install()
{
    const auto part = session_.name_of("key", config_);
    const auto fail = [&](std::string sentence) {
        session_.set_health(part, false, sentence);
        go(Stage::refused, std::move(sentence));
    };
    const auto opened = co_await handshake(false);
    if (!session_.line.connected()) co_return false;
    if (opened != Handshake::done) {
        fail("the reader takes neither our key nor the public one: reset it to its factory state / "
             "读卡器既不认我们的密钥也不认出厂密钥；请将它恢复出厂设置");
        co_return false;
    }
    session_.set_health(part, false, "the public key is in use until the reader has its own");
    const auto key = own_key();
    const auto given = co_await ask(set_key(key), tries);
    if (!session_.line.connected()) co_return false;
    device::DeviceWrite write;
    write.what = fmt::format("key of reader {}", config_.number);
    write.detail = "from the public key to its own";
    write.result = given.ok() ? "ok" : given.why();
    if (session_.context.written) session_.spawn("audit", session_.context.written(std::move(write)));
    const auto again = given.ok() ? co_await handshake(true) : Handshake::refused;
    if (!session_.line.connected()) co_return false;
    if (again != Handshake::done) {
        fail("the reader did not take its own key: " + (given.ok() ? why_ : given.why()));
        co_return false;
    }
    remember_key();
    session_.set_health(part, true, "the reader has its own key");
    co_return true;
}

// Why it was refused is in why_.
asio::awaitable<Reader::Handshake> Reader::handshake(bool own)
{
    restart();
    const auto rnd_a = fresh_nonce();
    if (!rnd_a) {
        why_ = "there are no random numbers";
        co_return Handshake::refused;
    }
    const std::uint8_t which = own ? 1 : 0;
    prepare(challenge(*rnd_a), block_challenge, which);
    const auto challenged = co_await repeat(tries);
    if (challenged.error) co_return Handshake::lost;
    const auto* theirs = std::get_if<Challenged>(&challenged.reply);
    why_ =
        challenged.ok() ? "the reader did not answer the challenge as the standard says" : challenged.why();
    if (theirs == nullptr) co_return Handshake::refused;
    cuid_ = theirs->cuid;
    const auto keys = session_keys(own ? own_key() : default_key(), *rnd_a);
    why_ = own ? "the reader holds another key; correct the key, or reset the reader / "
                 "读卡器里是另一个密钥；请更正密钥，或将读卡器恢复出厂设置"
               : "the reader no longer holds the public key; give it its own key / "
                 "读卡器已不用出厂密钥；请配置它自己的密钥";
    if (!equal(reader_cryptogram(keys, *rnd_a, theirs->rnd_b), theirs->cryptogram))
        co_return Handshake::refused;
    const auto ours = panel_cryptogram(keys, *rnd_a, theirs->rnd_b);
    prepare(answer_challenge(ours), block_cryptogram, which);
    const auto confirmed = co_await repeat(tries);
    if (confirmed.error) co_return Handshake::lost;
    const auto mac = first_mac(keys, ours);
    const auto* first = std::get_if<FirstMac>(&confirmed.reply);
    why_ = confirmed.ok() ? "the reader did not accept our key; correct the key, or reset the reader / "
                            "读卡器不接受我们的密钥；请更正密钥，或将读卡器恢复出厂设置"
                          : confirmed.why();
    if (first == nullptr || !equal(first->mac, mac)) co_return Handshake::refused;
    channel_.emplace(keys, mac);
    co_return Handshake::done;
}

void Reader::lose_channel(const std::string& why)
{
    was_sealed_ = true;
    session_.counter("gatehouse_osdp_sessions_lost_total", "Secure sessions that ended before their time")
        .add();
    session_.set_health(session_.name_of("secure channel", config_), false, why);
}

// ---- its state ----

// False: it answers, and wants another conversation.
asio::awaitable<bool> Reader::look()
{
    const auto local = co_await ask(plain_command(code::local_status), tries);
    const auto* nak = local.refused();
    if (nak != nullptr && (nak->reason == 5 || nak->reason == 6)) {
        restart();
        go(Stage::refused, local.why());
        co_return false;
    }
    if (!local.error) hear(local.reply);
    if (local.error) co_return true;
    const auto* inputs = capabilities_.find(capability_inputs);
    if (config_.door_contact || (inputs != nullptr && inputs->number > 0)) {
        const auto answer = co_await ask(plain_command(code::input_status), tries);
        if (!answer.error) hear(answer.reply);
        if (answer.error) co_return true;
    }
    const auto heads = co_await ask(plain_command(code::reader_status), tries);
    if (!heads.error) hear(heads.reply);
    co_return true;
}

// A reader may answer every question and no poll: then it would be online, and nothing it reads would come.
asio::awaitable<bool> Reader::first_poll()
{
    prepare_poll();
    const bool polled = pending_->polls;
    const auto answer = co_await repeat(tries);
    if (!answer.error) take_told(answer, polled);
    if (!answer.error && !wants_anew(answer)) co_return true;
    restart();
    if (session_.line.connected())
        go(Stage::refused, "the reader answers, but not when it is polled: " + answer.why());
    co_return false;
}

void Reader::come_online()
{
    backoff_.reset();
    misses_ = 0;
    busy_ = 0;
    answered_at_ = session_.context.clock.now();
    next_ = answered_at_ + session_.config.spacing;
    go(Stage::online, "");
    if (was_sealed_ && channel_) {
        was_sealed_ = false;
        session_.set_health(session_.name_of("secure channel", config_), true, "the secure channel is back");
    }
    if (session_.config.readers.size() != 1 || !identity_) return;
    session_.status.model = fmt::format("{} model {}", identity_->vendor, identity_->model);
    session_.status.serial = fmt::to_string(identity_->serial);
    session_.status.firmware = identity_->firmware;
}

void Reader::go(Stage stage, std::string why)
{
    const bool online = stage == Stage::online;
    if (stage != stage_)
        base::log::info("reader changed", kv("device", session_.config.id), kv("reader", config_.number),
                        kv("online", online), kv("why", why));
    stage_ = stage;
    why_ = std::move(why);
    if (!online) {
        pending_.reset();
        next_ = session_.context.clock.now() + backoff_.next(session_.context.random);
        fail_orders(why_);
    }
    // The only reader of a line is the line: its link tells the same.
    if (session_.config.readers.size() > 1)
        session_.set_health(session_.name_of("reader", config_), online,
                            online ? "the reader answers" : why_);
    session_.fact(fmt::format("reader {}", config_.number), describe());
}

std::string Reader::describe() const
{
    std::string text = stage_ == Stage::online ? "online" : why_;
    if (stage_ == Stage::online) text += channel_ ? ", sealed" : ", in plain";
    const auto* security = capabilities_.find(capability_security);
    if (stage_ == Stage::online && !channel_ && security != nullptr && (security->compliance & 1U) != 0)
        text += " although it could be sealed";
    if (identity_)
        text += fmt::format("; vendor {}, model {}, serial {}, firmware {}", identity_->vendor,
                            identity_->model, identity_->serial, identity_->firmware);
    return text;
}

} // namespace gatehouse::osdp
