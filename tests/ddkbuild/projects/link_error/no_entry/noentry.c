/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
int SampleNothing(void);

int SampleNothing(void)
{
    return 0;
}
