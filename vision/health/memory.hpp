#pragma once
#include "gateway/base/errc.hpp"
#include "vision/health/reference.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::vision::health {

enum class Mode { colour, infrared };

// What is known of one camera: for each mode what it saw in the last minutes, and what it sees in each four
// hours of the day. The first follows dusk and shadows, the second lasts: it is what a restart begins with,
// and a second opinion when the light leaps to something that was seen on other days.
class Memory {
public:
    static constexpr std::size_t modes = 2;
    static constexpr std::size_t bands = 6;
    // Of one reference's picture in written form.
    static constexpr std::size_t picture_bytes_max = std::size_t{128} * 1024;

    explicit Memory(std::chrono::seconds learn_for) : learn_for_(learn_for) {}

    [[nodiscard]] bool learned(Mode mode) const { return of(mode).learned; }
    // Of what learned() says: nothing else may be compared with.
    [[nodiscard]] const Reference& recent(Mode mode) const { return of(mode).recent; }
    // The hours of the day that are known, the nearest to `hour` first.
    [[nodiscard]] std::vector<const Reference*> day(Mode mode, int hour) const;

    // A healthy view. `since`: time since the one before. Pictures that were taken more than a week before it
    // are forgotten.
    void learn(const View& view, Mode mode, base::WallTime wall, int hour,
               std::chrono::duration<double> since);

    void forget();

    // What was learnt, in at most references_bytes_max.
    [[nodiscard]] std::string write() const;
    // total. Errors: bad_input; nothing is taken then.
    [[nodiscard]] base::Result<void> read(std::string_view bytes);
    // Counts what was added to what write() gives: a mode learnt, hours renewed.
    [[nodiscard]] int news() const { return news_; }

private:
    using Span = std::chrono::duration<double>;

    struct Band {
        Reference reference;
        Span healthy{}; // in these hours since it was last renewed
    };
    struct OfMode {
        Reference recent;
        bool learned = false;
        Span alike{};        // learning: how long the views have been like each other
        int unlike = 0;      // learning: views in a row that were not
        Span with_picture{}; // healthy time since the picture was taken
        std::array<Band, bands> day;
    };

    [[nodiscard]] const OfMode& of(Mode mode) const { return known_[static_cast<std::size_t>(mode)]; }
    [[nodiscard]] OfMode& of(Mode mode) { return known_[static_cast<std::size_t>(mode)]; }
    void begin(OfMode& known, const View& view, base::WallTime wall, Span since);
    void follow(OfMode& known, const View& view, base::WallTime wall, Span since);
    void renew(OfMode& known, std::size_t band, Span since);
    void forget_pictures(base::WallTime before);

    std::chrono::seconds learn_for_;
    std::array<OfMode, modes> known_;
    int news_ = 0;
};

} // namespace gatehouse::vision::health
