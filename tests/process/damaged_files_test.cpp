#include "tests/process/world.hpp"

#include "gateway/base/random.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <csignal>

namespace gatehouse::proof {
namespace {

namespace fs = std::filesystem;

constexpr std::array files{"gatehouse.db", "gatehouse.db-wal", "gatehouse.db-shm", "sequence-floor"};

constexpr std::size_t log_frame_size = 24 + 8192;

struct Hurt {
    std::string what;
    bool end_gone = false; // of a log: its last frame is cut off or made unreadable
};

// Cuts off, turns bits or blanks a part of one file; says what it did.
Hurt hurt(const fs::path& file, base::Random& random)
{
    auto bytes = read_text(file);
    if (bytes.empty()) return {"nothing, the file is empty"};
    const auto at = static_cast<std::size_t>(random.next() % bytes.size());
    const auto longest = std::min<std::size_t>(bytes.size() - at, 20'000);
    const auto length = 1 + static_cast<std::size_t>(random.next() % longest);
    std::string what;
    bool end_gone = at + length + log_frame_size > bytes.size();
    switch (random.next() % 4) {
    case 0:
        bytes.resize(at);
        what = "cut off";
        end_gone = true;
        break;
    case 1:
        for (int bit = 0; bit < 20; ++bit)
            bytes[random.next() % bytes.size()] ^= static_cast<char>(1U << (random.next() % 8));
        what = "bits turned all over";
        end_gone = false;
        break;
    case 2:
        std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), length, '\0');
        what = "blanked";
        break;
    default:
        for (std::size_t n = 0; n < length; ++n)
            bytes[at + n] = static_cast<char>(random.next());
        what = "overwritten";
    }
    write_file(file, bytes);
    return {fmt::format("{} {} at {} for {}", file.filename().string(), what, at, length), end_gone};
}

class DamagedFiles : public World {
protected:
    // A directory as a gateway leaves it: killed, so that the log is full, or stopped.
    void make_patterns()
    {
        plan(
            {{"face-1", "face", false, 40, "", ""}, {"lpr-1", "plate", true, 20, "picture_bytes = 500", ""}});
        ASSERT_NO_FATAL_FAILURE(start());
        ASSERT_TRUE(until([&] { return centre.deliveries().size() > 200; }, 30s));
        estate->quiet();
        settle_and_prove();
        gateway.kill();
        keep_pattern("killed");
        ASSERT_NO_FATAL_FAILURE(launch_again());
        gateway.process().signal(SIGTERM);
        ASSERT_EQ(gateway.process().wait(10s), 0);
        keep_pattern("stopped");
        broker.stop();
    }
    // What the centre had when the copy was made: that must still be there, or its loss be told.
    struct Pattern {
        std::string place;
        std::uint64_t highest = 0;
        std::set<std::uint64_t> numbers;
    };
    void keep_pattern(const std::string& name)
    {
        Pattern pattern{scratch.file(name), 0, {}};
        fs::copy(gateway.data_dir, pattern.place, fs::copy_options::recursive);
        for (const auto& delivery : centre.deliveries()) {
            pattern.highest = std::max(pattern.highest, delivery.sequence);
            pattern.numbers.insert(delivery.sequence);
        }
        patterns_.push_back(std::move(pattern));
    }
    // The newest entries as the API tells them.
    std::string journal() const
    {
        return http_get(gateway.socket(), "/api/v1/events?limit=1000&order=desc").body;
    }
    void start_damaged(base::Random& random)
    {
        const Pattern& pattern = patterns_[random.next() % 3 != 0 ? 0 : 1];
        fs::remove_all(gateway.data_dir);
        fs::copy(pattern.place, gateway.data_dir, fs::copy_options::recursive);
        std::string what = pattern.place + ": ";
        bool end_gone = false;
        bool index_hurt = false;
        const auto hurts = 1 + random.next() % 2;
        for (std::uint64_t n = 0; n < hurts; ++n) {
            const fs::path file = fs::path(gateway.data_dir) / files[random.next() % files.size()];
            if (!fs::exists(file)) continue;
            const auto done = hurt(file, random);
            what += done.what + "; ";
            end_gone = end_gone || (file.extension() == ".db-wal" && done.end_gone);
            index_hurt = index_hurt || file.extension() == ".db-shm";
        }
        looks_torn_ = end_gone && index_hurt;
        SCOPED_TRACE(what);
        gateway.launch();
        ASSERT_TRUE(ready(10s)) << read_text(gateway.log_file());
        check_after(pattern);
        gateway.kill();
    }
    void check_after(const Pattern& pattern)
    {
        const auto status = gateway.api("/api/v1/status");
        ASSERT_TRUE(status.is_object());
        EXPECT_GE(status.at("last_seq").to_number<std::uint64_t>(), pattern.highest);
        boost::system::error_code unreadable;
        (void)boost::json::parse(journal(), unreadable); // only whether it can be read
        EXPECT_FALSE(unreadable) << "damaged letters cost a reader the whole page";
        if (lost(pattern) == 0) return;
        // A start looks at the ends and the small tables only: damage elsewhere is met by the first reader,
        // and the next start salvages.
        if (!tells_damage()) {
            gateway.kill();
            ASSERT_NO_FATAL_FAILURE(launch_again());
        }
        const auto gone = lost(pattern);
        if (gone == 0) return;
        ++rounds_with_loss_;
        EXPECT_TRUE(tells_damage()) << gone << " of " << pattern.numbers.size()
                                    << " rows are gone and nobody said so";
    }
    std::size_t lost(const Pattern& pattern)
    {
        const auto now = journal();
        std::size_t count = 0;
        // By number: a letter that changed inside a row is not seen by SQLite, which has no page checksums.
        for (const auto number : pattern.numbers)
            count += now.find(fmt::format("{{\"seq\":{},", number)) == std::string::npos ? 1U : 0U;
        return count;
    }
    // The notice is written right after the start; a reader may be quicker. A log without its end whose index
    // is hurt too looks like one that a kill or a power cut tore in its last write.
    bool tells_damage()
    {
        const auto told = [&](const char* notice) { return journal().find(notice) != std::string::npos; };
        return until([&] { return told("store_damaged") || (looks_torn_ && told("write_torn")); }, 2s);
    }

    std::vector<Pattern> patterns_;
    bool looks_torn_ = false; // in this round
    int rounds_with_loss_ = 0;
};

TEST_F(DamagedFiles, ItAlwaysStartsSaysWhatIsLostAndNeverGivesANumberAgain)
{
    const auto seed = seed_of_run();
    base::Random random(seed);
    ASSERT_NO_FATAL_FAILURE(make_patterns());
    const int rounds = long_run() ? 5000 : 200;
    for (int round = 0; round < rounds && !HasFailure(); ++round) {
        SCOPED_TRACE(fmt::format("round {} of seed {}", round, seed));
        fs::remove(gateway.log_file());
        start_damaged(random);
    }
    fmt::print("{} starts, rows were lost in {}\n", rounds, rounds_with_loss_);
}

} // namespace
} // namespace gatehouse::proof
