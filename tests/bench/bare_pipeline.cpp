// The bare pipeline: the least program that reads the same HTTP pushes as the gateway, commits them to SQLite
// (WAL, FULL, group commit), answers, and publishes them with QoS 1 through Paho, with no parsing, rules or
// bookkeeping. It is the limit the gateway is measured against, in the same run on the same machine.
//
//   bare_pipeline PORT DATABASE BROKER_URL
#include <SQLiteCpp/SQLiteCpp.h>
#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <mqtt/async_client.h>
#include <sqlite3.h>

#include <charconv>
#include <cstring>
#include <deque>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::size_t window = 1000; // publishes in flight

// One message from its last byte on: waits for the commit, then for the broker.
struct Job {
    std::shared_ptr<const std::string> body;
    asio::any_completion_handler<void()> committed;
};

class Pipeline {
public:
    Pipeline(asio::io_context& io, const std::string& database, const std::string& broker)
        : io_(io), database_(database, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE),
          client_(broker, "bare", 65000, nullptr)
    {
        database_.exec(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "CREATE TABLE IF NOT EXISTS journal(seq INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB)");
        insert_ = std::make_unique<SQLite::Statement>(database_, "INSERT INTO journal(body) VALUES (?)");
        mqtt::connect_options options;
        options.set_clean_session(true);
        options.set_max_inflight(65535);
        client_.connect(options)->wait();
    }

    // Resumes once the body is on disk.
    asio::awaitable<void> keep(std::shared_ptr<const std::string> body)
    {
        auto initiate = [this, body](auto handler) {
            waiting_.push_back({body, std::move(handler)});
            start_batch();
        };
        co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(initiate, asio::use_awaitable);
    }

    void stop()
    {
        store_.join();
        client_.disconnect()->wait();
    }

private:
    void start_batch()
    {
        if (committing_ || waiting_.empty()) return;
        committing_ = true;
        auto batch = std::make_shared<std::vector<Job>>(std::exchange(waiting_, {}));
        asio::post(store_, [this, batch] {
            SQLite::Transaction transaction(database_);
            for (const auto& job : *batch) {
                insert_->bindNoCopy(1, job.body->data(), static_cast<int>(job.body->size()));
                insert_->exec();
                insert_->reset();
            }
            transaction.commit();
            asio::post(io_, [this, batch] { finish(*batch); });
        });
    }

    void finish(std::vector<Job>& batch)
    {
        committing_ = false;
        for (auto& job : batch) {
            asio::post(io_, std::move(job.committed));
            outbox_.push_back(job.body);
        }
        publish();
        start_batch();
    }

    void publish()
    {
        while (open_ < window && !outbox_.empty()) {
            const auto body = std::move(outbox_.front());
            outbox_.pop_front();
            ++open_;
            // Pictures do not go over MQTT: the first part stands for the event.
            const auto size = std::min<std::size_t>(body->size(), 2048);
            client_.publish(mqtt::make_message("bare/evt", body->data(), size, 1, false), nullptr, listener_);
        }
    }

    struct Listener final : mqtt::iaction_listener {
        explicit Listener(Pipeline& owner) : pipeline(owner) {}
        void on_success(const mqtt::token&) override { done(); }
        void on_failure(const mqtt::token&) override { done(); }
        void done()
        {
            asio::post(pipeline.io_, [&owner = pipeline] {
                --owner.open_;
                owner.publish();
            });
        }
        Pipeline& pipeline;
    };

    asio::io_context& io_;
    asio::thread_pool store_{1};
    SQLite::Database database_;
    std::unique_ptr<SQLite::Statement> insert_;
    mqtt::async_client client_;
    Listener listener_{*this};
    std::vector<Job> waiting_;
    std::deque<std::shared_ptr<const std::string>> outbox_;
    std::size_t open_ = 0;
    bool committing_ = false;
};

std::size_t content_length(std::string_view head)
{
    const auto at = head.find("Content-Length: ");
    std::size_t length = 0;
    if (at != std::string_view::npos)
        std::from_chars(head.data() + at + 16, head.data() + head.size(), length);
    return length;
}

asio::awaitable<void> serve(tcp::socket socket, Pipeline& pipeline)
{
    socket.set_option(tcp::no_delay(true));
    std::string pending;
    for (;;) {
        const auto head = co_await asio::async_read_until(socket, asio::dynamic_buffer(pending), "\r\n\r\n",
                                                          asio::use_awaitable);
        const auto length = content_length(std::string_view(pending).substr(0, head));
        if (pending.size() < head + length) {
            const auto missing = head + length - pending.size();
            co_await asio::async_read(socket, asio::dynamic_buffer(pending), asio::transfer_exactly(missing),
                                      asio::use_awaitable);
        }
        auto body = std::make_shared<const std::string>(pending, head, length);
        pending.erase(0, head + length);
        co_await pipeline.keep(std::move(body));
        static constexpr std::string_view reply = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        co_await asio::async_write(socket, asio::buffer(reply), asio::use_awaitable);
    }
}

asio::awaitable<void> accept(tcp::acceptor& acceptor, Pipeline& pipeline)
{
    for (;;) {
        auto socket = co_await acceptor.async_accept(asio::use_awaitable);
        // A connection ends by its peer closing it; there is nothing to do about it.
        asio::co_spawn(acceptor.get_executor(), serve(std::move(socket), pipeline),
                       [](std::exception_ptr) {});
    }
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 4) {
        std::cerr << "usage: bare_pipeline PORT DATABASE BROKER_URL\n";
        return 2;
    }
    asio::io_context io(1);
    Pipeline pipeline(io, argv[2], argv[3]);
    tcp::acceptor acceptor(
        io, {asio::ip::make_address("127.0.0.1"), static_cast<unsigned short>(std::stoi(argv[1]))});
    asio::co_spawn(io, accept(acceptor, pipeline), [](std::exception_ptr) {});
    asio::signal_set signals(io, SIGTERM, SIGINT);
    signals.async_wait([&](auto, auto) { io.stop(); });
    std::cout << "ready" << std::endl;
    io.run();
    pipeline.stop();
    return 0;
}
