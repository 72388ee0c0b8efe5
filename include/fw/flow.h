/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The boot flow: the steps of fw/hooks.def, one after the other. */
#ifndef FW_FLOW_H
#define FW_FLOW_H

/** flow_run() - run all steps; the last one leaves for the OS, or the machine stops */
void flow_run(void) __attribute__((noreturn));

#endif
