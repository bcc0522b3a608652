#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::webhook_in {

// Pairs of hexadecimal digits of either case. total.
[[nodiscard]] std::optional<std::string> from_hex(std::string_view text);
[[nodiscard]] std::string to_hex(std::string_view bytes);

// A picture in base64, with or without "data:image/jpeg;base64," before it.
struct ReadPicture {
    std::shared_ptr<const std::string> bytes; // a JPEG or PNG; null: none
    std::string why;                          // then; empty when the text was empty: pictures are off
};
[[nodiscard]] ReadPicture read_picture(std::string_view text, std::size_t size_max);

} // namespace gatehouse::webhook_in
