// gatehouse-codecs: how fast the codec of each device language reads what its devices send, on one core,
// beside the least that anybody would have to do with the same bytes. Prints one JSON line a row. run.py
// starts it and judges.
#include "tests/bench/codecs/codec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <iostream>

namespace {

using gatehouse::bench::Codec;
using Pass = std::function<std::size_t()>;

constexpr double look = 0.03; // seconds of processor time that one measurement takes
constexpr std::size_t looks = 9;

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

double middle(std::array<double, looks> values)
{
    std::nth_element(values.begin(), values.begin() + looks / 2, values.end());
    return values[looks / 2];
}

// In turns, because a virtual machine's speed drifts.
bool measure(const Codec& codec)
{
    const auto understood = codec.read();
    if (understood != codec.frames) {
        std::cerr << fmt::format("{}: {} of {} frames understood\n", codec.name, understood, codec.frames);
        return false;
    }
    std::array<double, looks> read{};
    std::array<double, looks> bare{};
    std::array<double, looks> ratio{};
    for (std::size_t i = 0; i < looks; ++i) {
        read[i] = passes_a_second(codec.read);
        bare[i] = passes_a_second(codec.bare);
        ratio[i] = read[i] / bare[i];
    }
    const auto mega = static_cast<double>(codec.bytes) / 1e6;
    std::cout << fmt::format(
        "{{\"name\":\"{}\",\"frame_bytes\":{},\"frames_per_s\":{:.0f},\"mb_per_s\":{:.1f},"
        "\"limit\":\"{}\",\"limit_mb_per_s\":{:.1f},\"ratio\":{:.3f}}}\n",
        codec.name, codec.bytes / codec.frames, middle(read) * static_cast<double>(codec.frames),
        middle(read) * mega, codec.limit, middle(bare) * mega, middle(ratio));
    std::cout.flush();
    return true;
}

} // namespace

// An argument: only rows whose name begins so.
int main(int argc, char** argv)
{
    using namespace gatehouse::bench;
    const std::string only = argc > 1 ? argv[1] : "";
    bool good = true;
    for (const auto rows : {dahua_codecs, facepush_codecs, isapi_codecs, modbus_codecs, onvif_codecs,
                            osdp_codecs, uhppote_codecs, vzenith_codecs, webhook_in_codecs, zkteco_codecs})
        for (const auto& codec : rows())
            if (codec.name.starts_with(only)) good = measure(codec) && good;
    return good ? 0 : 1;
}
