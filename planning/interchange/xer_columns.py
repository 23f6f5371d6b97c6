"""The columns of a XER file that a plan keeps, or that say nothing about a plan.

Every other column that holds something is counted in the import report.
"""

from typing import NamedTuple


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


class Columns(NamedTuple):
    """What becomes of the columns of one table.

    ``kept`` are read; ``computed`` P6 reckons from the rest; ``idle`` are
    identities, book-keeping, and settings of the program that move no date.
    """

    kept: frozenset[str]
    computed: frozenset[str]
    idle: frozenset[str]

    def is_known(self, name: str) -> bool:
        """Whether the column needs no counting."""
        return name in self.kept or name in self.computed or name in self.idle


COLUMNS = {
    "PROJECT": Columns(
        kept=_names(
            "proj_id proj_short_name orig_proj_id clndr_id critical_drtn_hr_cnt critical_path_type "
            "last_recalc_date plan_start_date plan_end_date name_sep_char"
        ),
        computed=_names("scd_end_date last_fin_dates_id last_tasksum_date sum_data_date"),
        idle=_names(
            "fy_start_month_num rsrc_self_add_flag allow_complete_flag rsrc_multi_assign_flag "
            "checkout_flag project_flag step_complete_flag cost_qty_recalc_flag batch_sum_flag "
            "def_complete_pct_type source_proj_id base_type_id sum_base_proj_id task_code_base "
            "task_code_step wbs_max_sum_level last_checksum def_cost_per_qty add_date "
            "def_duration_type task_code_prefix guid def_qty_type add_by_name web_local_root_path "
            "def_rate_type add_act_remain_flag act_this_per_link_flag def_task_type "
            "act_pct_link_flag task_code_prefix_flag def_rollup_dates_flag "
            "use_project_baseline_flag rem_target_link_flag reset_planned_flag "
            "allow_neg_act_flag sum_assign_level last_baseline_update_date cr_external_key "
            "apply_actuals_date loaded_scope_level export_flag new_fin_dates_id "
            "baselines_to_export baseline_names_to_export next_data_date close_period_flag "
            "sum_refresh_date trsrcsum_loaded fintmpl_id chng_eff_cmp_pct_flag intg_proj_type "
            "sum_only_flag sumtask_loaded ts_rsrc_mark_act_finish_flag "
            "ts_rsrc_vw_inact_actv_flag priority_num strgy_priority_num risk_level rsrc_id "
            "hist_interval hist_level px_enable_publication_flag px_last_update_date "
            "px_priority schedule_type matrix_id last_level_date last_schedule_date "
            "create_date create_user update_date update_user delete_date delete_session_id"
        ),
    ),
    "PROJWBS": Columns(
        kept=_names("wbs_id proj_id parent_wbs_id seq_num wbs_short_name wbs_name proj_node_flag"),
        computed=_names("indep_remain_total_cost indep_remain_work_qty"),
        idle=_names(
            "obs_id est_wt sum_data_flag status_code ev_user_pct ev_etc_user_value "
            "ev_compute_type ev_etc_compute_type guid tmpl_guid plan_open_state dscnt_period_type "
            "ann_dscnt_rate_pct rsrc_id create_date create_user update_date update_user"
        ),
    ),
    "TASK": Columns(
        kept=_names(
            "task_id proj_id wbs_id clndr_id complete_pct_type task_type status_code task_code "
            "task_name remain_drtn_hr_cnt target_drtn_hr_cnt act_start_date act_end_date "
            "expect_end_date cstr_type cstr_date cstr_type2 cstr_date2 suspend_date resume_date "
            "external_early_start_date external_late_end_date"
        ),
        computed=_names(
            "total_float_hr_cnt free_float_hr_cnt late_start_date late_end_date early_start_date "
            "early_end_date restart_date reend_date target_start_date target_end_date "
            "rem_late_start_date rem_late_end_date float_path float_path_order driving_path_flag "
            "act_this_per_work_qty act_this_per_equip_qty act_work_qty act_equip_qty "
            "remain_work_qty remain_equip_qty crt_path_num"
        ),
        idle=_names(
            "rev_fdbk_flag est_wt lock_plan_flag auto_compute_act_flag duration_type guid "
            "tmpl_guid create_date create_user update_date update_user review_type "
            "review_end_date rsrc_id"
        ),
    ),
    "TASKPRED": Columns(
        kept=_names("task_pred_id task_id pred_task_id proj_id pred_proj_id pred_type lag_hr_cnt"),
        computed=_names("aref arls float_path"),
        idle=_names("create_date create_user update_date update_user"),
    ),
    "CALENDAR": Columns(
        kept=_names(
            "clndr_id clndr_name clndr_data base_clndr_id clndr_type day_hr_cnt week_hr_cnt "
            "default_flag"
        ),
        computed=frozenset(),
        idle=_names(
            "proj_id last_chng_date month_hr_cnt year_hr_cnt rsrc_private create_date "
            "create_user update_date update_user"
        ),
    ),
    "SCHEDOPTIONS": Columns(
        kept=_names(
            "proj_id sched_calendar_on_relationship_lag sched_float_type "
            "sched_lag_early_start_flag sched_open_critical_flag sched_outer_depend_type "
            "sched_progress_override sched_retained_logic sched_use_expect_end_flag"
        ),
        computed=frozenset(),
        idle=_names(
            "schedoptions_id sched_setplantoforecast levelprioritylist level_all_rsrc_flag "
            "level_float_thrs_cnt level_keep_sched_date_flag level_outer_assign_flag "
            "level_outer_assign_priority level_over_alloc_pct level_within_float_flag "
            "key_activity_for_multiple_longest_paths limit_multiple_longest_path_calc "
            "max_multiple_longest_path use_total_float_multiple_longest_paths "
            "sched_use_project_end_date_for_float create_date create_user update_date update_user"
        ),
    ),
}
PREFIXES = {
    "PROJECT": "project",
    "PROJWBS": "wbs",
    "TASK": "tasks",
    "TASKPRED": "links",
    "CALENDAR": "calendars",
    "SCHEDOPTIONS": "project",
}
# Reports' names of columns, where their own say little.
WORDS = {
    "target_work_qty": "work",
    "target_equip_qty": "equipment",
    "priority_type": "priority",
    "phys_complete_pct": "physical_percent_complete",
    "location_id": "location",
    "acct_id": "account",
    "proj_url": "url",
    "enable_multiple_longest_path_calc": "multiple_float_paths",
    "anticip_start_date": "anticipated_start",
    "anticip_end_date": "anticipated_finish",
    "orig_cost": "original_cost",
}
# Values that say what is taken for granted.
USUAL = {"priority_type": "PT_Normal", "enable_multiple_longest_path_calc": "N"}
