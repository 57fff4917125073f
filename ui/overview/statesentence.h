#pragma once

#include "ui/overview/sentence.h"

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace qcc {

class MarkLabel;
class Segments;

/// The head of the Overview: the sentence with its mark, what a person has to do now, and how far back the page looks.
class StateSentence : public QWidget
{
    Q_OBJECT

public:
    explicit StateSentence(QWidget *parent = nullptr);

    void setSentence(const Sentence &sentence);
    TimelineRange range() const;

Q_SIGNALS:
    void actionChosen(const qcc::Sentence::Action &action);
    void rangeChosen(qcc::TimelineRange range);

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void showActions();
    void arrange();
    void applyLooks();

    Sentence m_sentence;
    MarkLabel *m_mark;
    QLabel *m_title;
    QLabel *m_text;
    QLabel *m_warnings;
    QWidget *m_actions;
    QVBoxLayout *m_words;
    QHBoxLayout *m_tools;
    QList<QPushButton *> m_buttons;
    Segments *m_range;
};

} // namespace qcc
