#include "protocols/isapi/ascii.hpp"
#include "protocols/isapi/multipart.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

// How documents and pictures end: the half of Multipart that looks inside a part.
namespace gatehouse::isapi {

using namespace ascii;

namespace {

constexpr std::size_t not_found = std::string_view::npos;
constexpr std::size_t tail_kept = 256;          // of dropped bytes: a boundary may begin there
constexpr std::size_t reserve_max = 512U << 10; // of an announced picture, before it comes
constexpr std::string_view alert_name = "EventNotificationAlert";

// As text.find() does it, which stops at every '<' to compare.
std::size_t find_word(std::string_view text, std::string_view word, std::size_t from)
{
    const auto* found = memmem(text.data() + from, text.size() - from, word.data(), word.size());
    return found == nullptr ? not_found
                            : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

// Whether a picture of announced length can end where `after` begins.
bool may_end_before(std::string_view after)
{
    if (after.empty()) return true;
    const char c = after.front();
    return is_blank(c) || c == '-' || c == '<' || c == '{' || c == 'C' || c == 'c';
}

bool ends_jpeg(std::string_view bytes)
{
    return bytes.size() >= 4 && bytes.substr(bytes.size() - 2) == "\xFF\xD9";
}

} // namespace

Multipart::Look Multipart::read_xml()
{
    if (root_.empty()) return read_root();
    const auto all = window();
    const std::string closing = "</" + root_;
    for (auto close = find_word(all, closing, scan_); close != not_found;
         close = find_word(all, closing, close + 1)) {
        auto end = close + closing.size();
        while (end < all.size() && end - close < closing.size() + 64 && is_blank(all[end]))
            ++end;
        if (end == all.size()) {
            scan_ = close;
            return wait_or_drop(Flaw::truncated);
        }
        if (all[end] == '>') return close_xml(end + 1);
    }
    return wait_xml();
}

// Steps over the declaration, comments and blanks to the root element and remembers its name.
Multipart::Look Multipart::read_root()
{
    constexpr std::size_t prolog_max = 4096; // keeps tiny reads from costing more than once over
    const auto all = window();
    const auto near = all.substr(0, at_ + prolog_max + 1);
    const auto step_over = [&](std::string_view end) {
        const auto found = near.find(end, scan_);
        if (found != not_found) scan_ = found + end.size();
        return found != not_found;
    };
    bool moved = true;
    while (moved) {
        while (scan_ < all.size() && is_blank(all[scan_]))
            ++scan_;
        const auto r = all.substr(scan_);
        if (r.size() >= 4 && r.substr(0, 4) == "<!--")
            moved = step_over("-->");
        else if (r.size() >= 2 && r.substr(0, 2) == "<?")
            moved = step_over("?>");
        else if (r.size() >= 4 && r.substr(0, 2) == "<!")
            moved = step_over(">");
        else
            moved = false;
    }
    const auto r = all.substr(scan_);
    if (!r.empty() && r.front() != '<') return lose_thread(Flaw::noise, scan_);
    const auto end = r.find_first_of(" \t\r\n/>", 1);
    const auto close = std::min(r.find('<', end), r.find('>', end));
    const bool prolog = r.size() > 1 && (r[1] == '?' || r[1] == '!');
    const bool named = r.size() < 2 || prolog || is_letter(r[1]) || r[1] == '_';
    const auto read = scan_ - at_ + (prolog ? r.size() : std::min(close, r.size()));
    if (prolog && read > prolog_max) {
        // No declaration or comment ends here; stepping on byte by byte would look at the same bytes again.
        const auto next = near.find(std::string("<").append(alert_name), at_ + 1);
        return lose_thread(Flaw::noise, next == not_found ? at_ + prolog_max - tail_kept : next);
    }
    if (!named || read > prolog_max || end < 2) return lose_thread(Flaw::noise, at_ + 1);
    if (close == not_found || prolog) return wait_or_drop(Flaw::truncated);
    // A tag inside a tag: the document was cut off there. What follows may be a boundary or the next
    // document.
    if (r[close] == '<') return lose_thread(Flaw::truncated, at_ + 1);
    if (scan_ + close - at_ > limits_.document_max) return lose_thread(Flaw::oversize, at_ + 1);
    if (r[close - 1] == '/') return emit_until(Part::Kind::document, scan_ + close + 1);
    root_ = r.substr(1, end - 1);
    scan_ += close;
    return Look::again;
}

// A document whose end was lost runs into the next one: into its boundary, or into its root element.
Multipart::Look Multipart::close_xml(std::size_t close)
{
    const auto boundary = boundary_at(at_, close);
    if (boundary < close) {
        flaw(Flaw::truncated);
        at_ = boundary;
        header_ = {};
        in_part_ = false;
        enter(State::seek);
        return Look::again;
    }
    if (std::string_view(root_).ends_with(alert_name)) {
        const auto inside = window().substr(at_, close - at_);
        const auto opening = "<" + root_;
        const auto first = find_word(inside, opening, 0);
        auto last = first; // not rfind(): it compares at every byte
        for (auto next = first; next != not_found; next = find_word(inside, opening, next + 1))
            last = next;
        if (last != first) {
            flaw(Flaw::truncated);
            at_ += last;
        }
    }
    if (close - at_ > limits_.document_max) return lose_thread(Flaw::oversize, close);
    return emit_until(Part::Kind::document, close);
}

Multipart::Look Multipart::wait_xml()
{
    const auto size = window().size();
    const auto overlap = std::max(root_.size() + 2, marker_.size());
    if (const auto boundary = boundary_at(scan_ - std::min(scan_ - at_, overlap)); boundary != not_found)
        return close_xml(not_found);
    scan_ = std::max(scan_, size - std::min(size, overlap));
    if (size - at_ > limits_.document_max) return lose_thread(Flaw::oversize, size - tail_kept);
    return wait_or_drop(Flaw::truncated);
}

Multipart::Look Multipart::broken_json(std::size_t position)
{
    const bool restarts = window()[position] == '{';
    (void)lose_thread(Flaw::truncated, std::max(at_ + 1, restarts ? position : position - 2));
    noisy_ = !restarts;
    return Look::again;
}

Multipart::Look Multipart::read_json()
{
    const auto all = window();
    const auto found = json_.look(all, scan_);
    if (found == JsonEnd::Found::misfit) return broken_json(scan_);
    const bool ended = found == JsonEnd::Found::end;
    const auto end = ended ? scan_ : all.size();
    if (end - at_ > limits_.document_max) return lose_thread(Flaw::oversize, ended ? end : end - tail_kept);
    return ended ? emit_until(Part::Kind::document, end) : wait_or_drop(Flaw::truncated);
}

// Trusts the announced length when the picture ends there, or what follows can follow; else looks for its
// real end.
Multipart::Look Multipart::read_picture_by_length()
{
    const auto length = *header_.length;
    if (whole_) { // read in place: one copy, out of the body
        const auto r = rest();
        const auto picture = r.substr(0, length);
        if (r.size() >= length &&
            (ends_jpeg(picture) || (picture.find(marker_.empty() ? "\n--" : marker_) == not_found &&
                                    may_end_before(r.substr(length)))))
            return emit_until(Part::Kind::picture, at_ + length);
        enter(State::picture_by_mark);
        return Look::again;
    }
    if (picture_.size() < length) {
        if (picture_.empty()) picture_.reserve(std::min(length, reserve_max));
        const auto take = std::min(rest().size(), length - picture_.size());
        picture_.append(rest().substr(0, take));
        at_ += take;
    }
    const bool whole = picture_.size() == length;
    if (!whole && !finished_) return Look::need_more;
    if (whole && (ends_jpeg(picture_) ||
                  ((marker_.empty() || picture_.find(marker_) == not_found) && may_end_before(rest()))))
        return emit(Part::Kind::picture, std::exchange(picture_, {}));
    buffer_.replace(0, at_, picture_); // the length was wrong: put it back and look for the end
    picture_.clear();
    at_ = 0;
    enter(State::picture_by_mark);
    return Look::again;
}

// Ends at the boundary; without one, at an end-of-image mark behind which something else can begin
// (thumbnails inside a picture have such marks too).
Multipart::Look Multipart::read_picture_by_mark()
{
    const auto all = window();
    if (const auto boundary = boundary_at(scan_); boundary != not_found) {
        auto end = boundary;
        if (end > at_ && all[end - 1] == '\n') --end;
        if (end > at_ && all[end - 1] == '\r') --end;
        if (end - at_ > limits_.picture_max) return lose_thread(Flaw::oversize, boundary - 1);
        return emit_until(Part::Kind::picture, end);
    }
    if (marker_.empty() || finished_) {
        for (auto mark = all.find("\xFF\xD9", std::max(scan_, at_ + 2)); mark != not_found;
             mark = all.find("\xFF\xD9", mark + 2)) {
            const auto after = all.substr(mark + 2);
            if (after.empty() && !finished_) break;
            if (mark + 2 - at_ <= limits_.picture_max && may_end_before(after))
                return emit_until(Part::Kind::picture, mark + 2);
        }
    }
    const auto overlap = std::max<std::size_t>(marker_.size(), 2);
    scan_ = std::max(scan_, all.size() - std::min(all.size(), overlap));
    if (all.size() - at_ > limits_.picture_max) return lose_thread(Flaw::oversize, all.size() - tail_kept);
    return wait_or_drop(Flaw::truncated);
}

} // namespace gatehouse::isapi
