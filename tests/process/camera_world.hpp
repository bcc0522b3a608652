#pragma once
#include "tests/process/world.hpp"

namespace gatehouse::proof {

// A gate with a plain camera before it, which the vision worker looks at, and a barrier that knows no plates.
// Beside them devices that post events of their own: whatever happens to the worker, none of those is lost.
class CameraWorld : public World {
protected:
    static constexpr auto gate_camera = "gate-cam";
    static constexpr auto boom = "boom";

    CameraWorld();

    // `switches`: further lines of the simulated camera; `keys`: of the gateway's table for it; `rate`:
    // events a second of each device beside it. Starts everything and waits until the camera's pictures come.
    void start_gate(double rate, const std::string& switches = {}, const std::string& keys = {});
    // Where the worker's networks lie, other than beside the program. Before start_gate().
    void use_models(const std::string& folder);
    // This plate may come in.
    void list(const std::string& plate);

    std::string tell_camera(const std::string& verb, const std::string& words = {});
    bool link_becomes(const std::string& state, Milliseconds limit);
    // Orders that reached the barrier.
    [[nodiscard]] std::size_t openings() const;
    // Whether the centre has an event or alert of this device (the gateway itself is "gw1") whose text has
    // all these words.
    [[nodiscard]] bool told_of(const std::string& device, const std::string& type,
                               const std::vector<std::string>& words) const;
    [[nodiscard]] bool told(const std::string& type, const std::vector<std::string>& words) const
    {
        return told_of(gate_camera, type, words);
    }
    // The worker as `gatehouse status` shows it; null when it does not.
    [[nodiscard]] boost::json::value vision() const;
    bool worker_becomes(const std::string& state, Milliseconds limit);
};

} // namespace gatehouse::proof
