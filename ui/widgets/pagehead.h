#pragma once

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QLineEdit;

namespace qcc {

/// The head of a page: what it is called, a line on it, and its tools at the right. The line wraps; the tools keep their place.
class PageHead : public QWidget
{
    Q_OBJECT

public:
    PageHead(const QString &title, const QString &line, QWidget *parent = nullptr);

    void setLine(const QString &line);
    /// At the right of those that are there.
    void addTool(QWidget *tool);
    /// One that searches the page, as wide as the words leave it room for, within bounds.
    void addSearch(QLineEdit *field);

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void dress();
    void fitField();

    QLabel *m_title;
    QLabel *m_line;
    QHBoxLayout *m_tools;
    QLineEdit *m_field = nullptr;
};

} // namespace qcc
