#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::dahua {

// One part of a multipart answer or post: a text (event, heartbeat, JSON) or a picture.
struct Part {
    enum class Kind { text, picture };
    Kind kind = Kind::text;
    std::string name;                        // form field, or empty
    std::shared_ptr<const std::string> body; // never null
    [[nodiscard]] std::string_view text() const { return *body; }
};

// Why bytes were dropped. The scanner goes on at the next boundary.
enum class Flaw { oversize, truncated, noise };
inline constexpr std::size_t flaw_kinds = 3;
[[nodiscard]] std::string_view to_string(Flaw flaw);

struct PartLimits {
    std::size_t text_max = 512U << 10;
    std::size_t picture_max = 8U << 20; // several JPEGs joined
    std::size_t header_max = 8U << 10;
};

// Takes the endless body of eventManager and snapManager apart, and posts of PictureHttpUpload (sheet §3, §4,
// §6a). A part ends where its Content-Length says, unless a boundary shows that the length lies; without one
// at the next boundary line, or earlier where a text is plainly whole, so that a gate does not wait for the
// next heartbeat. Feed, then take next() until it is empty. Total: bounded, nothing throws.
class PartScanner {
public:
    // `content_type`: value of the header Content-Type, for its boundary; empty: the first line tells.
    explicit PartScanner(std::string_view content_type = {}, PartLimits limits = {});

    void feed(std::string_view bytes);
    // The body is over: next() gives what is whole without waiting for more.
    void finish() { finished_ = true; }
    [[nodiscard]] std::optional<Part> next();
    [[nodiscard]] std::uint64_t flaws(Flaw flaw) const { return flaws_[static_cast<std::size_t>(flaw)]; }
    [[nodiscard]] std::uint64_t flaws() const { return flaws_[0] + flaws_[1] + flaws_[2]; }
    [[nodiscard]] std::size_t pending() const { return buffer_.size() - at_; }

private:
    enum class State { seek, header, body };
    enum class Look { again, need_more, part };

    struct Header {
        std::string name;
        bool picture = false;
        std::optional<std::size_t> length;
    };

    [[nodiscard]] std::string_view rest() const { return std::string_view(buffer_).substr(at_); }
    [[nodiscard]] std::size_t boundary_at(std::size_t from) const;
    void flaw(Flaw what) { ++flaws_[static_cast<std::size_t>(what)]; }
    Look look();
    Look seek();
    Look skip_noise();
    Look take_boundary(std::string_view line, std::size_t size);
    Look read_header();
    void header_line(std::string_view line);
    Look read_body();
    Look read_measured(std::size_t length, std::size_t boundary);
    Look read_open(std::size_t boundary);
    Look lose(Flaw why, std::size_t resume);
    Look emit(std::size_t size);
    Look emit_before(std::size_t boundary);

    PartLimits limits_;
    std::string marker_; // "--" and the boundary; empty: not known
    std::string buffer_;
    std::size_t at_ = 0;   // first byte not consumed
    std::size_t scan_ = 0; // no boundary begins before here
    State state_ = State::seek;
    bool seen_boundary_ = false;
    bool noisy_ = false; // bytes are being skipped, and that is counted
    bool finished_ = false;
    Header header_;
    std::size_t header_bytes_ = 0;
    std::optional<Part> out_;
    std::array<std::uint64_t, flaw_kinds> flaws_{};
};

} // namespace gatehouse::dahua
