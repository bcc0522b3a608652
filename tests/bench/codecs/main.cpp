// gatehouse-codecs: how fast the codec of each device language reads what its devices send, on one core,
// beside the least that anybody would have to do with the same bytes. Prints one JSON line a row: the best of
// all looks, which is what a core does that no neighbour disturbs, and the middle. run.py starts it and
// judges.
#include "tests/bench/codecs/codec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <vector>

namespace {

using gatehouse::bench::Codec;
using Pass = std::function<std::size_t()>;

constexpr double look = 0.03; // seconds of processor time that one measurement takes
constexpr std::size_t looks = 15;

// Of this thread: what neighbours on the machine do to the wall clock does not count.
double processor_seconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double passes_a_second(const Pass& pass)
{
    static volatile std::size_t kept = 0; // so that nothing is left out because nobody wants it
    std::size_t count = 0;
    const auto begun = processor_seconds();
    auto spent = 0.0;
    do {
        kept = kept + pass();
        ++count;
        spent = processor_seconds() - begun;
    } while (spent < look);
    return static_cast<double>(count) / spent;
}

// What one row was seen to do, in passes a second.
struct Seen {
    std::array<double, looks> read{};
    std::array<double, looks> bare{};
    std::array<double, looks> ratio{};
};

double middle(std::array<double, looks> values)
{
    std::nth_element(values.begin(), values.begin() + looks / 2, values.end());
    return values[looks / 2];
}

double best(const std::array<double, looks>& values)
{
    return *std::max_element(values.begin(), values.end());
}

bool is_understood(const Codec& codec)
{
    const auto understood = codec.read();
    if (understood == codec.frames) return true;
    std::cerr << fmt::format("{}: {} of {} frames understood\n", codec.name, understood, codec.frames);
    return false;
}

void print(const Codec& codec, const Seen& seen)
{
    const auto mega = static_cast<double>(codec.bytes) / 1e6;
    std::cout << fmt::format(
        "{{\"name\":\"{}\",\"frame_bytes\":{},\"frames_per_s\":{:.0f},\"mb_per_s\":{:.1f},"
        "\"middle_mb_per_s\":{:.1f},\"limit\":\"{}\",\"limit_mb_per_s\":{:.1f},\"ratio\":{:.3f}}}\n",
        codec.name, codec.bytes / codec.frames, best(seen.read) * static_cast<double>(codec.frames),
        best(seen.read) * mega, middle(seen.read) * mega, codec.limit, best(seen.bare) * mega,
        middle(seen.ratio));
}

} // namespace

// An argument: only rows whose name begins so.
int main(int argc, char** argv)
{
    using namespace gatehouse::bench;
    const std::string only = argc > 1 ? argv[1] : "";
    std::vector<Codec> codecs;
    for (const auto rows : {dahua_codecs, facepush_codecs, isapi_codecs, modbus_codecs, onvif_codecs,
                            osdp_codecs, uhppote_codecs, vzenith_codecs, webhook_in_codecs, zkteco_codecs})
        for (auto& codec : rows())
            if (codec.name.starts_with(only)) codecs.push_back(std::move(codec));
    if (!std::all_of(codecs.begin(), codecs.end(), is_understood)) return 1;
    // All rows in turns, because a virtual machine's speed drifts, and by leaps of seconds.
    std::vector<Seen> seen(codecs.size());
    for (std::size_t i = 0; i < looks; ++i)
        for (std::size_t row = 0; row < codecs.size(); ++row) {
            seen[row].read[i] = passes_a_second(codecs[row].read);
            seen[row].bare[i] = passes_a_second(codecs[row].bare);
            seen[row].ratio[i] = seen[row].read[i] / seen[row].bare[i];
        }
    for (std::size_t row = 0; row < codecs.size(); ++row)
        print(codecs[row], seen[row]);
    return 0;
}
