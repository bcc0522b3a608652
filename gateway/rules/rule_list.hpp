#pragma once
#include "gateway/rules/rule_spec.hpp"

namespace gatehouse::rules {

// The rules, one file each; catalogue.cpp puts them in order.
extern const RuleSpec fire;
extern const RuleSpec duress;
extern const RuleSpec welfare;
extern const RuleSpec tamper;
extern const RuleSpec cabinet_open;
extern const RuleSpec deny_listed;
extern const RuleSpec stranger_repeated;
extern const RuleSpec stranger_at_several_doors;
extern const RuleSpec failed_attempts;
extern const RuleSpec lock_out;
extern const RuleSpec door_forced;
extern const RuleSpec door_held_open;
extern const RuleSpec barrier_fault;
extern const RuleSpec barrier_left_open;
extern const RuleSpec boom_off;
extern const RuleSpec barrier_stuck;
extern const RuleSpec opened_without_command;
extern const RuleSpec command_failed;
extern const RuleSpec command_unconfirmed;
extern const RuleSpec device_offline;
extern const RuleSpec device_silent;
extern const RuleSpec device_health;
extern const RuleSpec device_storage;
extern const RuleSpec zone_occupied;
extern const RuleSpec plate_differs;
extern const RuleSpec device_flapping;
extern const RuleSpec device_new_mac;
extern const RuleSpec clock_out_of_policy;
extern const RuleSpec upstream_down;
extern const RuleSpec notify_down;
extern const RuleSpec vision_down;
extern const RuleSpec disk_filling;
extern const RuleSpec faces_many;
extern const RuleSpec faces_to_file;
extern const RuleSpec store_damaged;
extern const RuleSpec audit_broken;
extern const RuleSpec records_lost;
extern const RuleSpec clock_unsynced;
extern const RuleSpec tailgating;
extern const RuleSpec wrong_direction;
extern const RuleSpec convoy;
extern const RuleSpec echo;
extern const RuleSpec manual_opening;
extern const RuleSpec anti_passback;
extern const RuleSpec vehicle_waiting;
extern const RuleSpec vehicle_overstay;

} // namespace gatehouse::rules
