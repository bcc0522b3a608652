#pragma once
#include "protocols/isapi/json_end.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::isapi {

// One piece of what a device sent: an event document, or a picture that belongs to the document before it.
// What it is was told by its first bytes; names and types of devices are not to be believed (sheet §5).
struct Part {
    enum class Kind { document, picture };
    Kind kind = Kind::document;
    std::string name;       // form field, or empty
    std::string file_name;  // as announced, or empty
    std::string content_id; // or empty
    // Never null. A picture may be empty: announced with Content-Length 0 (legal, sheet §5).
    std::shared_ptr<const std::string> body;

    [[nodiscard]] std::string_view text() const { return *body; }
};

// Why bytes were dropped. The scanner goes on with the next document or boundary it can find.
enum class Flaw { oversize, truncated, noise, header_too_long, too_many_parts };
inline constexpr std::size_t flaw_kinds = 5;
[[nodiscard]] std::string_view to_string(Flaw flaw);

struct MultipartLimits {
    std::size_t document_max = 2U << 20;
    std::size_t picture_max = 2U << 20; // posts: 4 MiB
    std::size_t header_max = 16U << 10;
    std::size_t parts_max = 64; // of one post
};
inline constexpr MultipartLimits post_limits{.picture_max = 4U << 20};

// Finds documents and pictures in the endless body of alertStream (sheet §4), whatever the boundary:
// announced, wrong, or none. Documents end by their own end (closing tag, last brace), because lengths and
// boundaries lie; pictures by Content-Length, else by boundary or end-of-image mark. Feed, then take next()
// until it is empty; after that at most one unfinished part is kept. Total: no input throws or is read beyond
// its limits. No part is looked at twice.
class Multipart {
public:
    // `content_type`: value of the header Content-Type, for its boundary; may be empty.
    explicit Multipart(std::string_view content_type = {}, MultipartLimits limits = {});

    void feed(std::string_view bytes);
    // The body is over: next() gives what is whole without waiting for more.
    void finish() { finished_ = true; }
    // The next part, or nothing when more bytes are needed.
    [[nodiscard]] std::optional<Part> next();
    // How often bytes were dropped for this reason since the start.
    [[nodiscard]] std::uint64_t flaws(Flaw flaw) const { return flaws_[static_cast<std::size_t>(flaw)]; }
    // Dropped for any reason.
    [[nodiscard]] std::uint64_t flaws() const;
    // Bytes waiting for the rest of a part.
    [[nodiscard]] std::size_t pending() const { return rest().size() + picture_.size(); }

private:
    friend struct SplitPost;
    enum class State { seek, header, xml, json, picture_by_length, picture_by_mark };
    // What one look came to. again: state or position changed, look once more.
    enum class Look { again, need_more, part };

    struct Header {
        std::string name;
        std::string file_name;
        std::string content_id;
        bool picture_type = false;
        std::optional<std::size_t> length;
    };

    [[nodiscard]] std::string_view window() const { return whole_ ? *whole_ : std::string_view(buffer_); }
    [[nodiscard]] std::string_view rest() const { return window().substr(at_); }
    [[nodiscard]] std::size_t boundary_at(std::size_t from, std::size_t until = std::string_view::npos) const;
    void enter(State state);
    void flaw(Flaw what) { ++flaws_[static_cast<std::size_t>(what)]; }
    void learn_boundary(std::string_view line);
    void header_line(std::string_view line);

    Look look();
    Look seek();
    Look seek_noisy();
    Look lose_thread(Flaw why, std::size_t resume);
    Look noise_or_header();
    Look take_boundary_line();
    Look read_header();
    Look read_xml();
    Look read_root();
    Look close_xml(std::size_t close);
    Look wait_xml();
    Look read_json();
    Look broken_json(std::size_t position);
    Look read_picture_by_length();
    Look read_picture_by_mark();
    Look wait_or_drop(Flaw at_end);
    Look emit(Part::Kind kind, std::string body);
    Look emit_until(Part::Kind kind, std::size_t end);

    MultipartLimits limits_;
    std::string marker_; // "--" and the boundary; empty: not known
    std::string buffer_;
    std::optional<std::string_view> whole_; // a body somebody else keeps: read in place
    std::size_t at_ = 0;                    // first byte not consumed
    std::size_t scan_ = 0;                  // first byte of the part not looked at
    State state_ = State::seek;
    bool noisy_ = false;   // lost the thread: only unmistakable starts count
    bool in_part_ = false; // the headers of a part are read, its body is awaited
    bool finished_ = false;
    Header header_;
    std::size_t header_bytes_ = 0;
    std::string root_;    // qualified name of the root element being read
    std::string picture_; // a picture of known length on its way
    JsonEnd json_;
    std::optional<Part> out_;
    std::array<std::uint64_t, flaw_kinds> flaws_{};
};

struct SplitPost {
    std::vector<Part> parts;
    std::array<std::uint64_t, flaw_kinds> flaws{};

    // Takes the body of one post apart (HTTP listening, sheet §5): multipart, bare XML or bare JSON.
    [[nodiscard]] static SplitPost of(std::string_view content_type, std::string_view body,
                                      MultipartLimits limits = post_limits);
};

} // namespace gatehouse::isapi
