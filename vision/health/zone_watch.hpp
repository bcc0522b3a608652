#pragma once
#include "vision/health/background.hpp"
#include "vision/link/messages.hpp"

#include <optional>

namespace gatehouse::vision::health {

// One zone: tells once that something vehicle-sized has stood in it for its minutes, and once that it is
// gone. Somebody who walks through, another vehicle each minute, a shadow and a change of the light are
// nothing.
class ZoneWatch {
public:
    using Span = Background::Span;

    struct Change {
        bool occupied = false;
        Polygon where;    // around the thing
        double share = 0; // of the zone
    };

    explicit ZoneWatch(Zone zone);

    [[nodiscard]] const Zone& zone() const { return zone_; }
    [[nodiscard]] bool occupied() const { return occupied_; }

    // A view of a healthy camera. Adds the cells that must not be learnt to `standing`.
    std::optional<Change> observe(const View& view, const Background::Difference& difference,
                                  Background& background, Span since, cv::Mat1b& standing);
    // The light is another one and the background begins anew: what stands is known by its own looks until it
    // leaves.
    void light_changed(const View& view);

private:
    [[nodiscard]] cv::Mat1b find_thing(const Background::Difference& difference) const;
    [[nodiscard]] bool looks_alike(const View& view) const;
    void remember(const View& view, const cv::Mat1b& thing);
    std::optional<Change> leave();

    Zone zone_;
    cv::Mat1b inside_; // cells of the polygon
    int size_ = 0;     // how many they are

    cv::Mat1b thing_; // cells of what stands, empty: nothing
    cv::Mat1f looks_; // how it looked when it came, small_size
    bool by_looks_ = false;
    Span stood_{};
    Span unlike_{}; // how long it has been gone or another
    bool occupied_ = false;
};

} // namespace gatehouse::vision::health
