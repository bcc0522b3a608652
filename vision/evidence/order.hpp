#pragma once
#include "gateway/base/errc.hpp"

#include <opencv2/core/types.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::vision::evidence {

// What the picture is wanted for.
enum class Purpose { alert, report, handover, test };
// Who will see it. Chat groups and displays are `everybody`, whoever is in them.
enum class Recipient { staff, police, centre, everybody };

// One picture that is to be shown to somebody. Comes over the link as JSON (README.md).
struct Order {
    Purpose purpose = Purpose::alert;
    Recipient recipient = Recipient::everybody;
    std::optional<cv::Rect2d> crop; // in shares of the picture, 0..1
    // The plate that the picture is about stays readable where the policy lets it: by its text, or where it
    // lies.
    std::string keep_plate;                   // canonical text
    std::optional<cv::Rect2d> keep_plate_box; // in shares of the picture
    std::vector<std::string> text;            // lines below the picture, UTF-8
    std::size_t bytes_max = std::size_t{200} * 1024;
    int width_max = 1920; // wider pictures are shrunk; none is ever made larger
};

inline constexpr std::size_t lines_max = 8;
inline constexpr std::size_t line_bytes_max = 300;
inline constexpr std::size_t bytes_least = 8 * 1024; // less is no picture of a scene

[[nodiscard]] std::string_view to_string(Purpose purpose);     // alert | report | export | test
[[nodiscard]] std::string_view to_string(Recipient recipient); // staff | police | centre | public

// Reads an order. Errors: a Flaw; what is missing has its default, what is unknown or out of range is
// refused. total.
[[nodiscard]] base::Result<Order> read_order(std::string_view json);

} // namespace gatehouse::vision::evidence
