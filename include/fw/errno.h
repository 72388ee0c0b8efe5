/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Error numbers: functions return 0 or a positive result, or one of these
 * negated. The values are Linux's, because they are what everybody knows.
 */
#ifndef FW_ERRNO_H
#define FW_ERRNO_H

#define EPERM		1
#define ENOENT		2
#define EIO		5
#define E2BIG		7
#define ENOMEM		12
#define EEXIST		17
#define ENODEV		19
#define ENOTDIR		20
#define EISDIR		21
#define EINVAL		22
#define ENOSPC		28
#define ERANGE		34
#define ENOSYS		38
#define ENOTEMPTY	39
#define EPROTO		71
#define EBADMSG		74
#define EOVERFLOW	75
#define EOPNOTSUPP	95
#define ETIMEDOUT	110
#define ENOMEDIUM	123

#endif
