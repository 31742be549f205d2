#ifndef CPT_H
#define CPT_H
int cpt_placeholder(void);
#endif
