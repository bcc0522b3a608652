#pragma once
#include <chrono>

namespace gatehouse::vision::health {

// Turns what is true from sample to sample into one beginning and one end. Evidence is time for which it was
// true; time for which it was not takes twice as much away, so that five of six samples still make a finding.
class Hold {
public:
    using Span = std::chrono::duration<double>;

    [[nodiscard]] bool active() const { return active_; }
    // Somewhat true already, or still.
    [[nodiscard]] bool pending() const { return active_ || evidence_ > Span::zero(); }

    // `since`: time since the last sample; `needed`: evidence to begin. The first true sample brings none:
    // when it began to be true nobody knows. True when active() changed.
    bool update(double score, double limit, double band, Span since, Span needed)
    {
        const bool now = score >= limit;
        const bool counts = now && was_true_;
        was_true_ = now;
        if (active_) return end(score < limit - band, since);
        evidence_ =
            now ? evidence_ + (counts ? since : Span::zero()) : std::max(Span::zero(), evidence_ - 2 * since);
        if (!now || evidence_ < needed) return false;
        clear_ = Span::zero();
        return active_ = true;
    }

    // All evidence is dropped.
    void reset() { *this = Hold(); }

private:
    // Over after ten seconds without it.
    bool end(bool clear, Span since)
    {
        clear_ = clear ? clear_ + since : Span::zero();
        if (clear_ < Span(10)) return false;
        reset();
        return true;
    }

    Span evidence_{};
    Span clear_{};
    bool active_ = false;
    bool was_true_ = false;
};

} // namespace gatehouse::vision::health
