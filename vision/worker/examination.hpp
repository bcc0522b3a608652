#pragma once
#include "vision/health/watcher.hpp"
#include "vision/plates/passage_vote.hpp"
#include "vision/worker/abilities.hpp"
#include "vision/worker/gaze.hpp"
#include "vision/worker/hurry_budget.hpp"
#include "vision/worker/presence_watch.hpp"
#include "vision/worker/sightings.hpp"

#include <functional>
#include <optional>
#include <string>

namespace gatehouse::vision {

// All that is asked of one camera's pictures: is the camera well, is a zone occupied, which plates pass.
// Analysis thread only.
class Examination {
public:
    using Say = std::function<void(FromWorker)>;

    Examination(const Watch& watch, Abilities& abilities, Say say);

    // One picture. Whether what it shows is worth looking at more closely: then the camera should hurry.
    [[nodiscard]] bool look(const Look& look, const Tally& tally);
    // Every second, so that silence is seen too.
    void tick(base::MonoTime now, base::WallTime wall, const Tally& tally);
    // The camera was aimed anew on purpose: what it should see is learnt again, and zones begin anew.
    void relearn() { watcher_.forget(); }

    [[nodiscard]] health::Status status() const { return watcher_.status(); }
    [[nodiscard]] std::uint64_t passages() const { return passages_; }

private:
    void sample(base::MonoTime now, base::WallTime wall, cv::Mat picture, const Tally& tally);
    bool read_plates(const Look& look);
    void tell(const plates::PassageRead& read, const Look& look);
    void find_faces(base::MonoTime now, base::WallTime wall, const cv::Mat& picture);

    std::string camera_;
    Wants wants_;
    PlateOptions plate_options_;
    Abilities& abilities_;
    Say say_;
    health::Watcher watcher_;
    plates::PassageVote vote_;
    PresenceWatch presence_;
    std::optional<base::MonoTime> sampled_at_;
    std::optional<base::MonoTime> pictured_at_; // sampled with a picture
    std::optional<base::MonoTime> faces_at_;    // looked for
    Sightings sightings_;
    HurryBudget budget_;
    std::uint64_t passages_ = 0;
};

} // namespace gatehouse::vision
