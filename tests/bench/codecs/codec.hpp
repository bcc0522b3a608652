#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::bench {

// One row of the table: what a device sends, read by the driver's own entry points up to its own structs, and
// the least that anybody would have to do with the same bytes.
struct Codec {
    std::string name;
    std::size_t frames = 0; // in one pass
    std::size_t bytes = 0;
    std::function<std::size_t()> read; // one pass; how many frames were understood
    std::string limit;                 // what `bare` does
    std::function<std::size_t()> bare; // one pass
};

using ReadOne = std::function<bool(std::string_view)>; // whether it was understood

// Messages that come one by one.
[[nodiscard]] Codec one_by_one(std::string name, std::vector<std::string> messages, ReadOne read);
// Messages in one stream that a scanner cuts.
[[nodiscard]] Codec streamed(std::string name, const std::vector<std::string>& messages,
                             std::function<std::size_t(std::string_view)> read);

// Limits in place of a copy of the bytes: what the same library does with the documents alone.
void against_json(Codec& codec, std::vector<std::string> documents);
void against_xml(Codec& codec, std::vector<std::string> documents);

[[nodiscard]] std::string bytes_of(std::string_view hex);
// As the binary protocols take them.
[[nodiscard]] std::span<const std::uint8_t> octets(std::string_view bytes);
// Something with the first and last bytes of a JPEG, as large as a camera's.
[[nodiscard]] std::string jpeg(std::size_t size);
[[nodiscard]] std::string base64_jpeg(std::size_t size);
inline constexpr std::size_t picture_size = 60'000;

// One for each room below protocols/ that speaks with devices.
[[nodiscard]] std::vector<Codec> dahua_codecs();
[[nodiscard]] std::vector<Codec> facepush_codecs();
[[nodiscard]] std::vector<Codec> isapi_codecs();
[[nodiscard]] std::vector<Codec> modbus_codecs();
[[nodiscard]] std::vector<Codec> onvif_codecs();
[[nodiscard]] std::vector<Codec> osdp_codecs();
[[nodiscard]] std::vector<Codec> uhppote_codecs();
[[nodiscard]] std::vector<Codec> vzenith_codecs();
[[nodiscard]] std::vector<Codec> webhook_in_codecs();
[[nodiscard]] std::vector<Codec> zkteco_codecs();

} // namespace gatehouse::bench
