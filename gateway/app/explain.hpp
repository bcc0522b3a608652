#pragma once
#include "gateway/access/directory.hpp"
#include "gateway/api/services.hpp"
#include "gateway/cli/plate_question.hpp"

namespace gatehouse::app {

// What a plate is, what the lists say of it and of those that look like it, and the decision it would get in
// `lane` (id; empty: in every lane for vehicles, or in no lane in particular when there is none), with every
// reason. Errors: not_found (lane).
[[nodiscard]] base::Result<api::PlateExplanation> explain_plate(const config::SiteConfig& site,
                                                                const access::Directory& directory,
                                                                const std::string& plate,
                                                                const std::string& lane, base::WallTime at);

// The verb `explain plate` without the daemon: reads the configuration and the lists in its data directory.
[[nodiscard]] cli::PlateAnswer explain_offline(const std::string& config_file,
                                               const cli::PlateQuestion& question);

} // namespace gatehouse::app
