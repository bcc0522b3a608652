#pragma once
#include "gateway/base/clock.hpp"
#include "vision/link/messages.hpp"
#include "vision/plates/seen_plate.hpp"

#include <opencv2/core/mat.hpp>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::vision::plates {

// The one final read of a vehicle that came before a camera.
struct PassageRead {
    model::Plate plate;          // what the frames together say
    int frames = 0;              // that voted
    base::MonoTime first_seen{}; // in which the vehicle was first seen
    base::MonoTime best_seen{};  // when the frame below was taken
    cv::Mat frame;               // the best one
    LocatedPlate located;        // in it
};

struct VoteOptions {
    double confidence_min = PlateOptions{}.confidence_min; // of the weaker of detector and weakest character
    int frames_min = 3; // that agree before it is told while the vehicle is still there ...
    std::chrono::milliseconds sure_after{1500}; // ... or so long after it was first seen, with fewer
    std::chrono::milliseconds gone_after{4000}; // unseen for so long: it has gone
    std::chrono::seconds same_for{20};          // the same plate again within that: the same passage
    // What is there so soon after the first frame stood there before: it is told once it has moved. Else
    // every start of the worker would open the gate for a car that is parked in sight.
    std::chrono::milliseconds arrived_after{0};
    std::chrono::minutes still_after{3}; // at rest for so long: the camera's own text, a poster, a parked car
};

// Votes over the frames of one camera (pains 37): one passage gives one read, however long the vehicle stands
// and however the reading flickers. A text that has not moved for minutes is told no second time before it
// moves. Takes its time from the caller, and is bounded: four vehicles at once, sixteen texts told and
// sixty-four at rest remembered.
class PassageVote {
public:
    explicit PassageVote(VoteOptions options = {});

    // What a frame showed, also when that is nothing; frames in the order of their time. Keeps a reference to
    // the pixels of the best frame of each vehicle: the caller does not write into `frame` again.
    [[nodiscard]] std::vector<PassageRead> observe(base::MonoTime time, const cv::Mat& frame,
                                                   const std::vector<SeenPlate>& seen);

    // Vehicles that went away unread, since the beginning.
    [[nodiscard]] std::uint64_t unread() const { return unread_; }

private:
    // A vehicle, by its plate.
    struct Track {
        base::MonoTime first_seen{};
        base::MonoTime last_seen{};
        base::MonoTime last_read{};
        base::MonoTime best_seen{};
        base::MonoTime rests_since{};
        LocatedPlate first; // where it was read first; before that where it was seen first
        LocatedPlate rest;  // where it has been since rests_since
        LocatedPlate last;
        LocatedPlate best;
        cv::Mat frame; // until it is told
        double best_quality = 0;
        double score = 0;                            // the detector's highest
        int frames = 0;                              // that were read
        int away_from_first = 0, away_from_rest = 0; // frames in a row that were read elsewhere
        bool passed = false;                         // it moved, but could not be read yet
        bool moved = false;
        bool told = false;
        std::vector<Candidate> votes; // probability: the sum of logarithms while it votes
        double missing = 0;           // the same for a text that no frame has seen
        double open = 0;              // the same for all that the frames leave open, as if it were one text
        model::Plate plate;           // what they say together
    };
    // A text that was told, or that never moves.
    struct Known {
        std::string text;
        cv::Point2f centre;
        float width = 0;
        base::MonoTime last_seen{};
        bool still = false;
        bool told = false;
    };

    Track* track_of(base::MonoTime time, const SeenPlate& seen);
    void follow(Track& track, base::MonoTime time, const cv::Mat& frame, const SeenPlate& seen);
    void follow_move(Track& track, base::MonoTime time, const SeenPlate& seen);
    void vote(Track& track, const SeenPlate& seen) const;
    // Gives up what could not be read for what can; false: everybody can.
    bool displace_unread();
    [[nodiscard]] bool rests(const Track& track) const;
    void conclude(Track& track, base::MonoTime time, std::vector<PassageRead>& reads);
    [[nodiscard]] bool ready(const Track& track, base::MonoTime time) const;
    [[nodiscard]] bool stood_before(const Track& track) const;
    // Whether it was told already, as another track.
    [[nodiscard]] bool told_before(const Track& track, base::MonoTime time) const;
    // Whether one that was told differs in one character: flicker of that, or a car of the same fleet. More
    // frames tell.
    [[nodiscard]] bool resembles_told(const Track& track, base::MonoTime time);
    // What never moves and has not moved now; null when it is something else.
    [[nodiscard]] const Known* still_text(const Track& track, base::MonoTime time);
    void remember(const Track& track, bool still);
    [[nodiscard]] static PassageRead tell(const Track& track);

    VoteOptions options_;
    std::optional<base::MonoTime> began_; // the first frame
    std::vector<Track> tracks_;
    std::deque<Known> known_;
    std::uint64_t unread_ = 0;
};

} // namespace gatehouse::vision::plates
